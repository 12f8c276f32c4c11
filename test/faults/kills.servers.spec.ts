import { killsOn } from './kills.js';
import { ClusterInstallation } from './support/cluster-installation.js';

killsOn('Kafka and Cassandra', () => ClusterInstallation.open());
