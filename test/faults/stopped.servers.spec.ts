import { ClusterInstallation } from './support/cluster-installation.js';
import { stoppedOn } from './stopped.js';

stoppedOn('Kafka and Cassandra', () => ClusterInstallation.open());
