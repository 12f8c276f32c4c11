/** Makes the data of one version of an event into that of the next. Pure, and kept for ever. */
export type Upcaster = (data: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/**
 * By event type: the steps from version 1 to the one written now, in order. A type without an entry is at version 1.
 * An entry is added whenever a member is renamed, removed or means something else, together with a stored event of the
 * old version in test/fixtures/journal.
 */
export const UPCASTERS: Readonly<Record<string, readonly Upcaster[]>> = {};
