import { redeliveryOn } from './redelivery.js';
import { EmbeddedInstallation } from './support/embedded-installation.js';
import { embeddedTable } from './support/whole-table-embedded.js';
import { rewindEmbedded } from './support/rewind.js';

redeliveryOn('embedded', {
  open: () => EmbeddedInstallation.open(),
  table: ({ dataDir }) => embeddedTable(dataDir),
  rewind: rewindEmbedded,
});
