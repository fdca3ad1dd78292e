import type { RawBuilder } from 'kysely';
import type { Tables } from './tables.ts';

/** What differs between databases. Repositories and migrations ask for these, never for a database's name. */
export interface Capabilities {
  /** Type of a column of at most `maxBytes` bytes. */
  bytesType(maxBytes: number): RawBuilder<unknown>;
  /** Type of a column of at most `maxCharacters`, compared byte by byte, which an index can cover. */
  keyTextType(maxCharacters: number): RawBuilder<unknown>;
  /** Ends CREATE TABLE where rows are kept in the order of the primary key. */
  readonly clusteredTable: RawBuilder<unknown>;
  /** Ends INSERT: a row whose `key` exists takes the larger, or the inserted, value of each of `columns`. */
  onExisting<Table extends keyof Tables>(
    table: Table,
    key: readonly (keyof Tables[Table] & string)[],
    columns: readonly (keyof Tables[Table] & string)[],
    take: 'larger' | 'inserted',
  ): RawBuilder<unknown>;
  /** Makes the full-text index of search, which is each database's own. */
  readonly searchIndex: readonly RawBuilder<unknown>[];
  /** Rows of one INSERT. */
  readonly insertRowsMax: number;
}
