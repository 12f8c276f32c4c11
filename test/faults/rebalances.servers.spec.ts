import { startKafka, type KafkaCluster } from '../../scripts/servers/kafka.mjs';
import { rebalancesOn } from './rebalances.js';
import { ClusterInstallation, sharedServers } from './support/cluster-installation.js';
import { SCALE } from './support/scale.js';

rebalancesOn('Kafka and Cassandra', () => ClusterInstallation.open());

// As brokers come, the first members of a group wait for more; those of the tests don't, to be quick. It takes a broker
// of its own, and so is left to the long form.
if (SCALE === 'long') {
  let kafka: KafkaCluster | undefined;
  afterAll(() => kafka?.stop());

  const openOnOwnBroker = async () => {
    kafka = await startKafka({ settings: { 'group.initial.rebalance.delay.ms': 3_000 } });
    return ClusterInstallation.open({ ...sharedServers(), brokers: kafka.brokers });
  };
  rebalancesOn('Kafka and Cassandra', openOnOwnBroker, { named: 'a first rebalance delayed by 3 s' });
}
