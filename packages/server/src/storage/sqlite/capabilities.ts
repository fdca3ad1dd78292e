import { sql } from 'kysely';
import type { Capabilities } from '../capabilities.ts';

export const SQLITE_CAPABILITIES: Capabilities = {
  bytesType: () => sql`blob`,
  keyTextType: () => sql`text`,
  clusteredTable: sql`without rowid`,
  insertRowsMax: 1_000,
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
