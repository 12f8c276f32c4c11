import { clockJumpsOn } from './machine-clock.js';
import { diskFull } from './machine-disk.js';
import { flippedBytes } from './machine-flips.js';
import { EmbeddedInstallation } from './support/embedded-installation.js';

clockJumpsOn('embedded', () => EmbeddedInstallation.open());
diskFull();
flippedBytes();
