import { EmbeddedInstallation } from './support/embedded-installation.js';
import { stoppedOn } from './stopped.js';

stoppedOn('embedded', () => EmbeddedInstallation.open());
