/**
 * The log, rooms with the lobby in them, and accounts. Tables that `append` writes have no foreign keys: a wrong
 * reference must refuse one request in its domain, not the batch that it shares with others.
 */
import { LOBBY, roomStream } from '@sotto/model';
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { MigrationContext } from './index.ts';
import { bytes, createTable, flag, number, optional, type TableDefinition, text } from './table.ts';

const hash = bytes(32);
const key = bytes(64);
const content = bytes(1024 * 1024);
const uuid = text(36);
const word = text(16);
const name = text(255);

const LOG: readonly TableDefinition[] = [
  { name: 'log', key: ['id'], columns: { id: number, incarnation: uuid } },
  { name: 'numbers', key: ['name'], columns: { name: word, last: number } },
  {
    name: 'streams',
    key: ['stream'],
    columns: { stream: number, head: number, first_kept: number, epoch: number },
  },
  {
    name: 'events',
    key: ['stream', 'sequence'],
    columns: {
      stream: number,
      sequence: number,
      kind: number,
      sender: number,
      device: number,
      time_ms: number,
      relates_to: number,
      counts_unread: flag,
      digest: hash,
      client_message_id: optional(hash),
    },
  },
  {
    name: 'event_contents',
    key: ['stream', 'sequence'],
    columns: { stream: number, sequence: number, salt: hash, content },
  },
  {
    name: 'accepted_messages',
    key: ['stream', 'sender', 'client_message_id'],
    columns: { stream: number, sender: number, client_message_id: hash, sequence: number, time_ms: number },
  },
];

const ROOMS: readonly TableDefinition[] = [
  {
    name: 'rooms',
    key: ['number'],
    columns: {
      number,
      stream: number,
      kind: word,
      listed: flag,
      name,
      name_key: optional(name),
      direct_low: optional(number),
      direct_high: optional(number),
      created_ms: number,
    },
    unique: [['name_key'], ['direct_low', 'direct_high']],
    indexes: [['listed', 'number']],
  },
  {
    name: 'room_members',
    key: ['room', 'user'],
    columns: { room: number, user: number, role: word, joined_ms: number },
    indexes: [['user', 'room']],
  },
  {
    name: 'progress',
    key: ['stream', 'user', 'device'],
    columns: { stream: number, user: number, device: number, delivered: number, read_to: number },
  },
];

const ACCOUNTS: readonly TableDefinition[] = [
  {
    name: 'users',
    key: ['number'],
    columns: {
      number,
      uuid,
      name,
      name_key: name,
      name_skeleton: name,
      owner: flag,
      registration_record: bytes(1024),
      created_ms: number,
    },
    unique: [['uuid'], ['name_key'], ['name_skeleton']],
  },
  { name: 'last_seen', key: ['user'], columns: { user: number, at_ms: number } },
  {
    name: 'devices',
    key: ['number'],
    columns: { number, user: number, device_key: key, name, created_ms: number },
    unique: [['user', 'device_key']],
    references: { user: { table: 'users', column: 'number' } },
  },
  {
    name: 'sessions',
    key: ['id'],
    columns: {
      id: uuid,
      user: number,
      device: number,
      agent: name,
      generation: number,
      token_hash: hash,
      previous_token_hash: optional(hash),
      created_ms: number,
      last_seen_ms: number,
      revoked_ms: number,
    },
    unique: [['token_hash'], ['previous_token_hash']],
    indexes: [['device'], ['user', 'revoked_ms', 'created_ms'], ['revoked_ms', 'created_ms']],
    references: { device: { table: 'devices', column: 'number' } },
  },
  {
    name: 'invites',
    key: ['code_hash'],
    columns: { code_hash: hash, uses_left: number, expires_ms: number, created_ms: number },
  },
  {
    name: 'throttles',
    key: ['throttle_key'],
    columns: { throttle_key: name, failures: number, not_before_ms: number, updated_ms: number },
    indexes: [['updated_ms']],
  },
];

export function foundation(context: MigrationContext): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const table of [...LOG, ...ROOMS, ...ACCOUNTS]) await createTable(db, context.capabilities, table);
      await sql`insert into log (id, incarnation) values (1, ${context.uuid()})`.execute(db);
      await sql`insert into numbers (name, last) values ('user', 0), ('device', 0), ('room', ${LOBBY})`.execute(
        db,
      );
      await sql`insert into rooms (number, stream, kind, listed, name, name_key, created_ms)
        values (${LOBBY}, ${roomStream(LOBBY)}, 'lobby', 1, 'lobby', 'lobby', 0)`.execute(db);
    },
  };
}
