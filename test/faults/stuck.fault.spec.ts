import { EmbeddedInstallation } from './support/embedded-installation.js';
import { stuckOn } from './stuck.js';

stuckOn('embedded', () => EmbeddedInstallation.open());
