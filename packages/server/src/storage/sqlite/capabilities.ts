import { sql } from 'kysely';
import type { Capabilities } from '../capabilities.ts';

export const SQLITE_CAPABILITIES: Capabilities = {
  bytesType: () => sql`blob`,
  keyTextType: () => sql`text`,
  clusteredTable: sql`without rowid`,
  insertRowsMax: 1_000,
  searchIndex: [
    // Words come split and folded already, so that what a word is does not depend on the database. A document's id says its time.
    sql`create virtual table search_words using fts5(words, tokenize = 'ascii', columnsize = 0)`,
    // Erased words leave the index at once instead of at some later merge [SEARCH-7].
    sql`insert into search_words (search_words, rank) values ('secure-delete', 1)`,
  ],
  onExisting(table, key, columns, take) {
    const updates = columns.map((column) => {
      const inserted = sql.ref(`excluded.${column}`);
      const value =
        take === 'larger' ? sql`max(${sql.ref(`${String(table)}.${column}`)}, ${inserted})` : inserted;
      return sql`${sql.ref(column)} = ${value}`;
    });
    const keyColumns = sql.join(key.map((column) => sql.ref(column)));
    return sql`on conflict (${keyColumns}) do update set ${sql.join(updates)}`;
  },
};
