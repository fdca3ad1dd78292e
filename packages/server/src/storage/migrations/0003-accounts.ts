/** What accounts need: profiles, settings, the second factor, API tokens, recovery, suspension, deletion. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { MigrationContext } from './index.ts';
import {
  addColumns,
  bytes,
  createTable,
  flag,
  number,
  optional,
  type TableDefinition,
  text,
} from './table.ts';

const hash = bytes(32);
const sealed = bytes(256);
/** Characters take up to four bytes. */
const reason = text(800);

const TABLES: readonly TableDefinition[] = [
  {
    name: 'profiles',
    key: ['user'],
    columns: {
      user: number,
      display_name: text(256),
      display_skeleton: optional(text(1_000)),
      about: text(2_000),
      status_text: text(400),
      status_emoji: text(64),
      time_zone: text(64),
      status_until_ms: number,
    },
    unique: [['display_skeleton']],
  },
  {
    name: 'account_settings',
    key: ['user', 'setting_key'],
    columns: { user: number, setting_key: text(64), value: bytes(64 * 1024), sequence: number },
  },
  {
    name: 'second_factors',
    key: ['user'],
    columns: {
      user: number,
      sealed_secret: sealed,
      created_ms: number,
      confirmed_ms: number,
      last_step: number,
    },
  },
  {
    name: 'recovery_codes',
    key: ['user', 'code_hash'],
    columns: { user: number, code_hash: hash },
  },
  {
    name: 'api_tokens',
    key: ['id'],
    columns: {
      id: number,
      user: number,
      name: text(64),
      scopes: text(64),
      token_hash: hash,
      created_ms: number,
      last_used_ms: number,
      expires_ms: number,
    },
    unique: [['token_hash']],
    indexes: [['user', 'id'], ['expires_ms']],
  },
  {
    name: 'account_recoveries',
    key: ['user'],
    columns: { user: number, code_hash: hash, expires_ms: number, keep_factor: flag },
  },
];

export function accounts({ capabilities }: MigrationContext): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const table of TABLES) await createTable(db, capabilities, table);
      await addColumns(db, capabilities, 'users', { sealed_backup_key: optional(sealed) }, sql`null`);
      await addColumns(db, capabilities, 'users', { suspend_reason: reason }, sql`''`);
      const marks = { changed_ms: number, must_leave: flag, must_erase: flag };
      await addColumns(db, capabilities, 'users', marks, sql`0`);
      await addColumns(db, capabilities, 'sessions', { token: number }, sql`0`);
      await sql`create index users_by_changed_ms on users (changed_ms)`.execute(db);
      await sql`insert into numbers (name, last) values ('token', 0)`.execute(db);
    },
  };
}
