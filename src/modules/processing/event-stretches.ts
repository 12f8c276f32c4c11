import { type RecordedEvent } from '../../domain/event-record.js';
import { typeOf } from '../../domain/user-created.codec.js';

/** Neighbours on the log that are of one type; never empty. */
export interface Stretch {
  readonly type: string;
  readonly events: readonly RecordedEvent[];
}

/** Cuts a batch where the type changes. A batch of one type, which is the rule, is its own stretch and not copied. */
export function stretchesOf(events: readonly RecordedEvent[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let from = 0;
  let type = events[0] === undefined ? '' : typeOf(events[0]);
  for (let index = 1; index < events.length; index += 1) {
    const next = typeOf(events[index] as RecordedEvent);
    if (next === type) continue;
    stretches.push({ type, events: events.slice(from, index) });
    from = index;
    type = next;
  }
  if (events.length > 0) stretches.push({ type, events: from === 0 ? events : events.slice(from) });
  return stretches;
}
