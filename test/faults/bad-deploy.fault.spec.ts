import { badDeployOn } from './bad-deploy.js';
import { EmbeddedInstallation } from './support/embedded-installation.js';

badDeployOn('embedded', () => EmbeddedInstallation.open());
