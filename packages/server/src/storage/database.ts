import type { Kysely, Transaction } from 'kysely';
import type { Capabilities } from './capabilities.ts';
import type { Numbered, Tables } from './tables.ts';

/** What repositories work on. */
export interface SqlDatabase {
  readonly db: Kysely<Tables>;
  readonly capabilities: Capabilities;
}

/** The next number of a kind, from 1; never given twice, and concurrent transactions wait for each other here. */
export async function nextNumber(transaction: Transaction<Tables>, name: Numbered): Promise<number> {
  await transaction
    .updateTable('numbers')
    .set((column) => ({ last: column('last', '+', 1) }))
    .where('name', '=', name)
    .execute();
  const row = await transaction
    .selectFrom('numbers')
    .select('last')
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  return row.last;
}

export function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** The same values for an IN, of which there are few lengths: each length is a statement of its own that has to be prepared. */
export function padded<T>(values: readonly T[]): readonly T[] {
  const last = values.at(-1);
  if (last === undefined) return values;
  const length = 2 ** Math.ceil(Math.log2(values.length));
  return [...values, ...Array<T>(length - values.length).fill(last)];
}
