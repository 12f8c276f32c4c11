import { drainOn } from './drain.js';
import { EmbeddedInstallation } from './support/embedded-installation.js';
import { Handlings } from './support/handlings.js';

drainOn('embedded', async () => {
  const installation = await EmbeddedInstallation.open();
  return { installation, handlings: await Handlings.in(installation.dataDir) };
});
