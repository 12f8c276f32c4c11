import { redeliveryOn } from './redelivery.js';
import { ClusterInstallation } from './support/cluster-installation.js';
import { cassandraTable } from './support/whole-table-cassandra.js';
import { rewindKafka } from './support/rewind.js';

redeliveryOn('Kafka and Cassandra', {
  open: () => ClusterInstallation.open(),
  table: ({ keyspace }) => cassandraTable(keyspace),
  rewind: rewindKafka,
});
