import { rebalancesOn } from './rebalances.js';
import { EmbeddedInstallation } from './support/embedded-installation.js';

rebalancesOn('embedded', () => EmbeddedInstallation.open());
