import { redeliveryOn } from './redelivery.js';
import { EmbeddedInstallation } from './support/embedded-installation.js';

redeliveryOn('embedded', () => EmbeddedInstallation.open());
