import { type Config } from '../config/config.js';

/** Whether log and table are both ours alone, in the data folder. */
export function isEmbedded({ bus, repository }: Config): boolean {
  return bus.kind === 'sqlite' && repository.kind === 'sqlite';
}

/** The data folder, where anything is in it. */
export function dataDirOf({ bus, repository, dataDir }: Config): string | null {
  return bus.kind === 'sqlite' || repository.kind === 'sqlite' ? dataDir : null;
}

/** Where log and table are, in words for operators: addresses and names, no login. */
export function placesOf({ bus, repository, dataDir }: Config): { readonly log: string; readonly table: string } {
  const embedded = `embedded, in ${dataDir}`;
  return {
    log: bus.kind === 'sqlite' ? embedded : `Kafka at ${bus.brokers.join(', ')}, topic ${bus.usersTopic}`,
    table: repository.kind === 'sqlite' ? embedded : `Cassandra at ${repository.contactPoints.join(', ')}, table ${repository.keyspace}.${repository.table}`,
  };
}
