import { type RawBuilder, sql } from 'kysely';

/** Whether the column has the text somewhere in it, whatever LIKE would make of that. */
export const containing = (column: string, text: string): RawBuilder<boolean> =>
  sql<boolean>`${sql.ref(column)} like ${`%${text.replace(/[!%_]/g, '!$&')}%`} escape '!'`;
