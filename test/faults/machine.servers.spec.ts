import { clockJumpsOn } from './machine-clock.js';
import { ClusterInstallation } from './support/cluster-installation.js';

// A disk that is full and bytes that are flipped are the servers' own matter: on Kafka and Cassandra the app keeps nothing.
clockJumpsOn('Kafka and Cassandra', () => ClusterInstallation.open());
