import { ClusterInstallation } from './support/cluster-installation.js';
import { crashesOn, stuckOn } from './stuck.js';

stuckOn('Kafka and Cassandra', () => ClusterInstallation.open());
crashesOn('Kafka and Cassandra', () => ClusterInstallation.open());
