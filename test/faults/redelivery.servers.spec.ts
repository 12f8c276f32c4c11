import { redeliveryOn } from './redelivery.js';
import { ClusterInstallation } from './support/cluster-installation.js';

redeliveryOn('Kafka and Cassandra', () => ClusterInstallation.open());
