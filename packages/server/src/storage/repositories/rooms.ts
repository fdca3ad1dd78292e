import type { RoomNumber, UserNumber } from '@sotto/model';
import { LOBBY } from '@sotto/model';
import type { Kysely } from 'kysely';
import type { MemberRecord, RoomRecord, RoomStore } from '../../rooms/store.ts';
import { nextNumber, type SqlDatabase } from '../database.ts';
import type { Tables } from '../tables.ts';
import * as audit from './audit.ts';
import * as invitations from './invitations.ts';
import * as memberships from './memberships.ts';
import * as progress from './progress.ts';
import * as invites from './room-invites.ts';
import { ROOM_COLUMNS, toRoom } from './room-rows.ts';
import * as sanctions from './sanctions.ts';
import { serverRooms } from './server-rooms.ts';
import { accountCount } from './users.ts';
import { visibleRooms } from './visible-rooms.ts';

export const roomStore = (database: SqlDatabase): RoomStore => ({
  allocateRoomNumber: () => allocateRoomNumber(database),
  room: (room) => roomByNumber(database, room),
  roomByName: (nameKey) => roomByName(database, nameKey),
  directRoom: (low, high) => directRoom(database, low, high),
  members: (room, after, limit) => members(database, room, after, limit),
  memberCount: (room) => memberCount(database.db, room),
  memberships: (user) => memberships.memberships(database, user),
  membership: (user, room) => memberships.membership(database, user, room),
  visibleRooms: (user, after, limit) => visibleRooms(database, user, after, limit),
  sanctions: (room, limit) => sanctions.sanctions(database, room, limit),
  roomsWithRetention: (after, limit) => roomsWithRetention(database, after, limit),
  invitations: (user) => invitations.invitations(database, user),
  invitation: (user, room) => invitations.invitation(database, user, room),
  createRoomInvite: (invite, entry) => invites.createRoomInvite(database, invite, entry),
  roomInviteByCode: (codeHash, nowMs) => invites.roomInviteByCode(database, codeHash, nowMs),
  roomInvites: (room, nowMs) => invites.roomInvites(database, room, nowMs),
  revokeRoomInvite: (room, id, by, entry) => invites.revokeRoomInvite(database, room, id, by, entry),
  recordAudit: (entry) => audit.recordAudit(database, entry),
  audit: (room, before, limit, filter) => audit.audit(database, room, before, limit, filter),
  serverRooms: (wanted) => serverRooms(database, wanted),
  dropAudit: (beforeMs, limit) => audit.dropAudit(database, beforeMs, limit),
  saveProgress: (records) => progress.saveProgress(database, records),
  receipts: (stream, limit) => progress.receipts(database, stream, limit),
});

function allocateRoomNumber({ db }: SqlDatabase): Promise<RoomNumber> {
  return db
    .transaction()
    .execute(async (transaction) => (await nextNumber(transaction, 'room')) as RoomNumber);
}

async function roomByNumber({ db }: SqlDatabase, number: RoomNumber): Promise<RoomRecord | undefined> {
  const row = await db
    .selectFrom('rooms')
    .select(ROOM_COLUMNS)
    .where('number', '=', number)
    .executeTakeFirst();
  return row && toRoom(row);
}

async function roomByName({ db }: SqlDatabase, nameKey: string): Promise<RoomRecord | undefined> {
  const row = await db
    .selectFrom('rooms')
    .select(ROOM_COLUMNS)
    .where('name_key', '=', nameKey)
    .executeTakeFirst();
  return row && toRoom(row);
}

async function directRoom(
  { db }: SqlDatabase,
  low: UserNumber,
  high: UserNumber,
): Promise<RoomRecord | undefined> {
  const row = await db
    .selectFrom('rooms')
    .select(ROOM_COLUMNS)
    .where('direct_low', '=', low)
    .where('direct_high', '=', high)
    .executeTakeFirst();
  return row && toRoom(row);
}

async function roomsWithRetention(
  { db }: SqlDatabase,
  after: RoomNumber,
  limit: number,
): Promise<readonly RoomRecord[]> {
  const rows = await db
    .selectFrom('rooms')
    .select(ROOM_COLUMNS)
    .where('retention_days', '>', 0)
    .where('number', '>', after)
    .orderBy('number')
    .limit(limit)
    .execute();
  return rows.map(toRoom);
}

async function members(
  { db }: SqlDatabase,
  room: RoomNumber,
  after: UserNumber,
  limit: number,
): Promise<readonly MemberRecord[]> {
  return db
    .selectFrom('room_members')
    .select(['user', 'role', 'since'])
    .where('room', '=', room)
    .where('user', '>', after)
    .orderBy('user')
    .limit(limit)
    .execute();
}

/** In the lobby everybody counts. */
export async function memberCount(db: Kysely<Tables>, room: RoomNumber): Promise<number> {
  if (room === LOBBY) return accountCount(db, 'all');
  const row = await db
    .selectFrom('room_members')
    .select((column) => column.fn.countAll<number>().as('count'))
    .where('room', '=', room)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}
