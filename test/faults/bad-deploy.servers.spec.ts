import { badDeployOn } from './bad-deploy.js';
import { ClusterInstallation } from './support/cluster-installation.js';

badDeployOn('Kafka and Cassandra', () => ClusterInstallation.open());
