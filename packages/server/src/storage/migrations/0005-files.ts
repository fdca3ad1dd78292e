/** What files need: uploads, the files that are stored, and which messages offer them. Their bytes are elsewhere. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { MigrationContext } from './index.ts';
import { addColumns, bytes, createTable, flag, number, type TableDefinition } from './table.ts';

const hash = bytes(32);

const FILES: readonly TableDefinition[] = [
  {
    name: 'uploads',
    key: ['user', 'sha256'],
    columns: { user: number, sha256: hash, size_bytes: number, finished: flag, expires_ms: number },
    indexes: [['sha256'], ['expires_ms']],
  },
  {
    name: 'stored_files',
    key: ['sha256'],
    columns: { sha256: hash, size_bytes: number, unreferenced: flag },
    indexes: [['unreferenced']],
  },
  {
    name: 'message_files',
    key: ['stream', 'sequence'],
    columns: { stream: number, sequence: number, sha256: hash, size_bytes: number, user: number },
    // The second one has all that usage is counted by.
    indexes: [['sha256'], ['user', 'sha256', 'size_bytes']],
  },
];

export function files({ capabilities }: MigrationContext): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const table of FILES) await createTable(db, capabilities, table);
      await addColumns(db, capabilities, 'message_states', { file_answer: number }, sql`0`);
    },
  };
}
