import { drainOn } from './drain.js';
import { ClusterInstallation } from './support/cluster-installation.js';

drainOn('Kafka and Cassandra', async () => ({ installation: await ClusterInstallation.open(), handlings: null }));
