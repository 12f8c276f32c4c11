/** At most so much in one batch: the server's own limit is 50 KiB, and larger ones are not faster. */
export const BATCH_LIMITS = { statements: 50, bytes: 16 * 1_024 } as const;

/** What is to be written of one event: nearly always one statement. */
export interface Written {
  readonly statements: readonly (readonly unknown[])[];
  readonly bytes: number;
  /** The serialised partition key. */
  readonly routingKey: Buffer;
}

/**
 * Cuts rows into batches of rows that the same nodes keep: a batch of others would make its coordinator pass them on.
 * A row that is larger than a batch may be goes alone.
 */
export function cutBatches<Row extends Written>(rows: readonly Row[], replicasOf: (routingKey: Buffer) => string, limits: { readonly statements: number; readonly bytes: number } = BATCH_LIMITS): Row[][] {
  const batches: Row[][] = [];
  const open = new Map<string, { rows: Row[]; statements: number; bytes: number }>();
  for (const row of rows) {
    const place = replicasOf(row.routingKey);
    const batch = open.get(place);
    if (batch !== undefined && batch.statements + row.statements.length <= limits.statements && batch.bytes + row.bytes <= limits.bytes) {
      batch.rows.push(row);
      batch.statements += row.statements.length;
      batch.bytes += row.bytes;
    } else {
      const begun = { rows: [row], statements: row.statements.length, bytes: row.bytes };
      open.set(place, begun);
      batches.push(begun.rows);
    }
  }
  return batches;
}
