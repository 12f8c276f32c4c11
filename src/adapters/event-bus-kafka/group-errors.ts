/** Kafka's names for: this is not the group's member, generation or coordinator any more, or soon. Nothing that was committed with it counts. */
const OUT_OF_DATE = ['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'NOT_COORDINATOR_FOR_GROUP', 'FENCED_INSTANCE_ID'];

const typeOf = (error: unknown): unknown => (error as { readonly type?: unknown } | null)?.type;

/** The coordinator asks the members to join anew; until the last has done so, or their time is up, it still takes commits. */
export function isRebalance(error: unknown): boolean {
  return typeOf(error) === 'REBALANCE_IN_PROGRESS';
}

/** Only joining anew helps; kafkajs does so when its handler throws this. */
export function isOutOfDate(error: unknown): boolean {
  const type = typeOf(error);
  return typeof type === 'string' && OUT_OF_DATE.includes(type);
}
