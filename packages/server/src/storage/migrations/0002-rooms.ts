/** What rooms people live in need: threads, edits, reactions, pins, mentions, settings, sanctions, invitations, the audit log. */
import { nameSkeleton } from '@sotto/model/names-skeleton';
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
const word = text(16);
const name = text(255);
/** Characters take up to four bytes. */
const topic = text(1_000);
const reason = text(800);
const emoji = text(64);

const MESSAGES: readonly TableDefinition[] = [
  {
    name: 'message_states',
    key: ['stream', 'target'],
    columns: {
      stream: number,
      target: number,
      edit_sequence: number,
      edits: number,
      deleted_by: number,
      deleted_ms: number,
      pinned_by: number,
      pinned_ms: number,
      replies: number,
      last_reply: number,
      last_reply_ms: number,
    },
    indexes: [['stream', 'pinned_ms']],
  },
  {
    name: 'message_edits',
    key: ['stream', 'target', 'sequence'],
    columns: { stream: number, target: number, sequence: number },
  },
  {
    name: 'thread_messages',
    key: ['stream', 'root', 'sequence'],
    columns: { stream: number, root: number, sequence: number },
  },
  {
    name: 'reactions',
    key: ['stream', 'target', 'emoji', 'user'],
    columns: { stream: number, target: number, emoji, user: number, sequence: number },
  },
  {
    name: 'mentions',
    key: ['user', 'stream', 'sequence'],
    columns: {
      user: number,
      stream: number,
      sequence: number,
      time_ms: number,
      sent: flag,
      shown: flag,
    },
    indexes: [
      ['user', 'time_ms'],
      ['stream', 'sequence'],
    ],
  },
];

const ROOMS: readonly TableDefinition[] = [
  {
    name: 'room_sanctions',
    key: ['room', 'user', 'kind'],
    columns: {
      room: number,
      user: number,
      kind: word,
      until_ms: number,
      by_user: number,
      at_ms: number,
      reason,
    },
  },
  {
    name: 'room_invites',
    key: ['id'],
    columns: {
      id: number,
      room: number,
      code_hash: hash,
      role: word,
      uses_left: number,
      expires_ms: number,
      created_ms: number,
      by_user: number,
    },
    unique: [['code_hash']],
    indexes: [['room']],
  },
  {
    name: 'invitations',
    key: ['user', 'room'],
    columns: { user: number, room: number, by_user: number, at_ms: number },
    indexes: [['room']],
  },
  {
    name: 'audit',
    key: ['id'],
    columns: {
      id: number,
      at_ms: number,
      actor: number,
      target: number,
      room: optional(number),
      action: text(64),
      detail: reason,
    },
    indexes: [['room', 'id']],
  },
];

export function rooms({ capabilities }: MigrationContext): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const table of [...MESSAGES, ...ROOMS]) await createTable(db, capabilities, table);
      await addColumns(db, capabilities, 'events', { thread: number, role: number }, sql`0`);
      await addColumns(db, capabilities, 'rooms', { topic }, sql`''`);
      await addColumns(
        db,
        capabilities,
        'rooms',
        { slow_mode_seconds: number, retention_days: number, archived: flag },
        sql`0`,
      );
      await addColumns(db, capabilities, 'rooms', { history: word }, sql`'all'`);
      await addSkeletons(db, capabilities);
      await addColumns(db, capabilities, 'room_members', { since: number }, sql`1`);
      await addColumns(
        db,
        capabilities,
        'users',
        { administrator: flag, suspended_ms: number, deleted_ms: number },
        sql`0`,
      );
      await sql`insert into numbers (name, last) values ('roomInvite', 0), ('audit', 0)`.execute(db);
    },
  };
}

/** Names as the eye confuses them, of rooms that are there too; two of those may look alike. */
async function addSkeletons(
  db: Kysely<unknown>,
  capabilities: MigrationContext['capabilities'],
): Promise<void> {
  await addColumns(db, capabilities, 'rooms', { name_skeleton: optional(name) }, sql`null`);
  await sql`create index rooms_by_name_skeleton on rooms (name_skeleton)`.execute(db);
  const { rows } = await sql<{ number: number; name: string }>`select number, name from rooms
    where name_key is not null`.execute(db);
  for (const room of rows) {
    await sql`update rooms set name_skeleton = ${nameSkeleton(room.name)}
      where number = ${room.number}`.execute(db);
  }
}
