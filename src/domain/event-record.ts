/** A place on the log. Offsets count from 0 within a partition and are never reused. */
export interface Position {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** A header's value: text where its bytes are UTF-8, else the bytes; a list where the name was given more than once. */
export type HeaderValue = string | Buffer | readonly (string | Buffer)[];
export type Headers = Readonly<Record<string, HeaderValue>>;

/** An event as bytes, on its way to the log. Events of one key stay in one partition; without a key any partition may take it. */
export interface OutgoingEvent {
  readonly key: string | null;
  readonly value: Buffer;
  readonly headers: Headers;
}

/** An event as it lies on the log. `value` is null where a foreign producer wrote none. It may be a view of a log's bytes: read its parts by name, and change them with `recordWith`, since a spread may find none. */
export interface RecordedEvent extends Position {
  /** Milliseconds since 1970, by the clock that `timestampType` names: the log's own at append, or the producer's. */
  readonly timestampMs: number;
  readonly timestampType: 'append' | 'create';
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
}

/** The same record with other parts. */
export function recordWith(record: RecordedEvent, parts: Partial<Pick<RecordedEvent, 'key' | 'value' | 'headers'>>): RecordedEvent {
  const { topic, partition, offset, timestampMs, timestampType, key, value, headers } = record;
  return { topic, partition, offset, timestampMs, timestampType, key, value, headers, ...parts };
}

/** The text of a header, of the last one where it was repeated; undefined where it is missing or not text. */
export function textHeader(headers: Headers, name: string): string | undefined {
  const value: unknown = headers[name];
  // What every object has, such as `constructor`, is no text and no list.
  if (typeof value === 'string') return value;
  const last: unknown = Array.isArray(value) ? value.at(-1) : undefined;
  return typeof last === 'string' ? last : undefined;
}

/** `topic/partition/offset`, for people and for headers. */
export function formatPosition(position: Position): string {
  return `${position.topic}/${position.partition}/${position.offset}`;
}
