/** What search knows: a document for each message that can be found, how far each stream is indexed, and the words. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { MigrationContext } from './index.ts';
import { createTable, flag, number, type TableDefinition } from './table.ts';

const SEARCH: readonly TableDefinition[] = [
  {
    name: 'search_messages',
    key: ['id'],
    columns: {
      id: number,
      stream: number,
      sequence: number,
      sender: number,
      has_link: flag,
      has_file: flag,
    },
    unique: [['stream', 'sequence']],
  },
  { name: 'search_positions', key: ['stream'], columns: { stream: number, indexed: number } },
  // One row: whether erased words are left somewhere in the index.
  { name: 'search_upkeep', key: ['id'], columns: { id: number, untidy: flag } },
];

export function search({ capabilities }: MigrationContext): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const table of SEARCH) await createTable(db, capabilities, table);
      await sql`insert into search_upkeep (id, untidy) values (1, 0)`.execute(db);
      for (const statement of capabilities.searchIndex) await statement.execute(db);
    },
  };
}
