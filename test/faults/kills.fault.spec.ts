import { killsOn } from './kills.js';
import { EmbeddedInstallation } from './support/embedded-installation.js';

killsOn('embedded', () => EmbeddedInstallation.open());
