/** What assistants need: accounts that nobody logs in to, what each is asked by, what was asked for, and what rooms say of it. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { MigrationContext } from './index.ts';
import { addColumns, createTable, flag, number, optional, type TableDefinition, text } from './table.ts';

const word = text(16);

const ASSISTANTS: readonly TableDefinition[] = [
  {
    name: 'assistants',
    key: ['user'],
    columns: {
      user: number,
      provider: optional(word),
      url: optional(text(2_000)),
      key_variable: optional(text(255)),
      model: optional(text(255)),
      // Characters take up to four bytes.
      prompt: optional(text(16_000)),
      disabled_ms: number,
      created_ms: number,
    },
    references: { user: { table: 'users', column: 'number' } },
  },
  {
    name: 'assistant_usage',
    key: ['day', 'kind', 'number'],
    columns: { day: number, kind: word, number, requests: number, tokens: number },
  },
];

export function assistants({ capabilities }: MigrationContext): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const table of ASSISTANTS) await createTable(db, capabilities, table);
      await addColumns(db, capabilities, 'users', { assistant: flag }, sql`0`);
      await addColumns(db, capabilities, 'rooms', { assistants: word }, sql`'allowed'`);
      await addColumns(db, capabilities, 'rooms', { assistant_instructions: text(4_000) }, sql`''`);
    },
  };
}
