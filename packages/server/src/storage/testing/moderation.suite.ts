import { describe, expect, test } from 'bun:test';
import { LOBBY, type Sequence } from '@sotto/model';
import type { DerivedChange, NewAuditEntry, RoomChange } from '../../events/store.ts';
import type { Store } from '../store.ts';
import {
  append,
  appendOne,
  type Backend,
  bytes,
  createUsers,
  memberSet,
  newEvent,
  room,
  roomCreated,
  sequence,
  stream,
  user,
  withStore,
} from './fixtures.ts';

/** Room 9, public, with its owner 1; users 1 to 3. Events go to stream 36, its own. */
const withRoom = (backend: Backend, run: (store: Store) => Promise<void>): Promise<void> =>
  withStore(backend, async (store) => {
    await createUsers(store, 'ann', 'ben', 'cleo');
    await change(store, roomCreated(9, { nameSkeleton: 'roorn 9' }), memberSet(9, 1, 'owner'));
    await run(store);
  });

const change = (store: Store, ...changes: readonly DerivedChange[]) =>
  appendOne(store, append([newEvent({ stream: stream(36) })], { changes }));

const sanction = (of: Partial<Extract<RoomChange, { kind: 'sanctionSet' }>> = {}): RoomChange => ({
  kind: 'sanctionSet',
  room: room(9),
  user: user(2),
  sanction: 'ban',
  untilMs: 0,
  by: user(1),
  timeMs: 100,
  reason: 'spam',
  ...of,
});

const entry = (of: Partial<NewAuditEntry> = {}): NewAuditEntry => ({
  timeMs: 100,
  actor: user(1),
  target: user(2),
  room: room(9),
  action: 'member.kicked',
  detail: '',
  ...of,
});

const link = (tag: string, of: { usesLeft?: number | undefined; expiresMs?: number; by?: number } = {}) => ({
  room: room(9),
  codeHash: bytes(32, tag),
  role: 'guest' as const,
  usesLeft: 'usesLeft' in of ? of.usesLeft : 2,
  expiresMs: of.expiresMs ?? 1_000,
  createdMs: 10,
  by: user(of.by ?? 1),
});

export function moderationSuite(backend: Backend): void {
  describe(`moderation on ${backend.name}`, () => {
    test('[ADJUST-2] M10 only what is given of a room changes', () =>
      withRoom(backend, async (store) => {
        const of = async () => {
          const record = await store.rooms.room(room(9));
          return [record?.kind, record?.name, ...Object.values(record?.settings ?? {})];
        };
        const settings = { topic: 'leaves', slowModeSeconds: 30, retentionDays: 7, archived: true } as const;
        await change(store, { kind: 'roomChanged', room: room(9), settings });
        expect(await of()).toEqual(['public', 'room 9', 'leaves', 30, 7, true, 'all', 'allowed', '']);
        await change(store, {
          kind: 'roomChanged',
          room: room(9),
          settings: { archived: false, history: 'sinceJoined', assistants: 'noHistory' },
          roomKind: 'private',
          name: 'Tea',
          nameKey: 'tea',
          nameSkeleton: 'tea',
        });
        const restricted = ['private', 'Tea', 'leaves', 30, 7, false, 'sinceJoined', 'noHistory'];
        expect(await of()).toEqual([...restricted, '']);
        const instructions = { assistantInstructions: 'in rhymes\nonly' };
        await change(store, { kind: 'roomChanged', room: room(9), settings: instructions });
        expect(await of()).toEqual([...restricted, 'in rhymes\nonly']);
        expect(await store.rooms.roomByName('room 9')).toBeUndefined();
        expect((await store.rooms.roomByName('tea'))?.number).toBe(room(9));
        expect((await store.rooms.visibleRooms(user(3), room(0), 9)).map((one) => one.room.number)).toEqual([
          LOBBY,
        ]);
      }));

    test('[ROOM-8] a name, or one that looks like it, has one room; a room may change how its own is written', () =>
      withRoom(backend, async (store) => {
        await change(store, roomCreated(10));
        const rename = (nameKey: string, nameSkeleton: string) =>
          change(store, {
            kind: 'roomChanged',
            room: room(9),
            settings: { topic: 'never' },
            name: 'x',
            nameKey,
            nameSkeleton,
          }).then(({ kind }) => kind);
        const create = async (number: number, nameKey: string, nameSkeleton: string) =>
          (await change(store, roomCreated(number, { nameKey, nameSkeleton }))).kind;
        expect(await create(11, 'rоom 9', 'roorn 9')).toBe('roomExists');
        expect(await create(11, 'lоbby', 'lobby')).toBe('roomExists');
        expect(await rename('room 10', 'other')).toBe('roomExists');
        expect((await store.rooms.room(room(9)))?.settings.topic).toBe('');
        expect(await rename('room 9', 'roorn 9')).toBe('appended');
        expect(await rename('r9', 'r9')).toBe('appended');
        expect(await create(12, 'room 9', 'roorn 9')).toBe('appended');
      }));

    test('M10 a room is created with its settings; announcement rooms are listed', () =>
      withRoom(backend, async (store) => {
        const settings = { topic: 'news', history: 'sinceJoined' } as const;
        await change(store, roomCreated(10, { roomKind: 'announcement', settings }));
        expect(await store.rooms.room(room(10))).toMatchObject({ kind: 'announcement', settings });
        const listed = await store.rooms.visibleRooms(user(3), room(9), 9);
        expect(listed.map((one) => one.room.number)).toEqual([room(10)]);
      }));

    test('[SANCTION-1] [SANCTION-2] M10 bans and mutes are one each of a user, replaced, lifted; those that ended go', () =>
      withRoom(backend, async (store) => {
        const held = async () =>
          (await store.rooms.sanctions(room(9), 10)).map((one) => [
            one.user,
            one.kind,
            one.untilMs,
            one.reason,
          ]);
        await change(store, sanction(), sanction({ sanction: 'mute', untilMs: 150, timeMs: 101 }));
        expect(await held()).toEqual([
          [user(2), 'mute', 150, 'spam'],
          [user(2), 'ban', 0, 'spam'],
        ]);
        await change(store, sanction({ untilMs: 900, timeMs: 120, reason: 'again' }));
        expect(await held()).toEqual([
          [user(2), 'ban', 900, 'again'],
          [user(2), 'mute', 150, 'spam'],
        ]);
        await change(store, sanction({ user: user(3), timeMs: 150, untilMs: 0 }));
        expect(await held()).toEqual([
          [user(3), 'ban', 0, 'spam'],
          [user(2), 'ban', 900, 'again'],
        ]);
        await change(store, { kind: 'sanctionLifted', room: room(9), user: user(3), sanction: 'mute' });
        await change(store, { kind: 'sanctionLifted', room: room(9), user: user(2), sanction: 'ban' });
        expect(await held()).toEqual([[user(3), 'ban', 0, 'spam']]);
        expect(await store.rooms.sanctions(room(10), 10)).toEqual([]);
      }));

    test('[INVITE-1] M10 a link is used as often as it says, within a batch too; refused, nothing is written', () =>
      withRoom(backend, async ({ rooms, events }) => {
        const use = (tag: string, joining: number, nowMs = 500) =>
          append([newEvent({ stream: stream(36) })], {
            changes: [
              memberSet(9, joining, 'guest'),
              { kind: 'roomInviteUsed', codeHash: bytes(32, tag), nowMs },
            ],
          });
        const kinds = async (...batch: ReturnType<typeof use>[]) =>
          (await events.append(batch)).map(({ kind }) => kind);
        const id = await rooms.createRoomInvite(link('once', { usesLeft: 1 }), entry());
        const other = await rooms.createRoomInvite(link('always', { usesLeft: undefined }), entry());
        expect(other).not.toBe(id);
        expect(await kinds(use('once', 2), use('once', 3))).toEqual(['appended', 'codeInvalid']);
        expect(await rooms.memberCount(room(9))).toBe(2);
        expect(await rooms.roomInviteByCode(bytes(32, 'once'), 500)).toBeUndefined();
        expect(await kinds(use('always', 3), use('always', 3), use('always', 3, 1_000))).toEqual([
          'appended',
          'appended',
          'codeInvalid',
        ]);
        expect(await kinds(use('none', 2))).toEqual(['codeInvalid']);
        expect(await rooms.roomInviteByCode(bytes(32, 'always'), 999)).toMatchObject({ usesLeft: undefined });
        expect(await rooms.roomInviteByCode(bytes(32, 'always'), 1_000)).toBeUndefined();
      }));

    test('[INVITE-3] M10 links are listed, taken back by id or with all of their maker', () =>
      withRoom(backend, async (store) => {
        const { rooms } = store;
        const first = await rooms.createRoomInvite(link('a', { expiresMs: 20 }), entry());
        const second = await rooms.createRoomInvite(link('b', { by: 2 }), entry());
        const ids = async (nowMs: number) => (await rooms.roomInvites(room(9), nowMs)).map(({ id }) => id);
        expect(await ids(19)).toEqual([first, second]);
        expect(await ids(20)).toEqual([second]);
        expect(await rooms.revokeRoomInvite(room(9), second, user(1), entry())).toBe(false);
        expect(await rooms.revokeRoomInvite(room(10), second, undefined, entry())).toBe(false);
        expect(await rooms.revokeRoomInvite(room(9), second, user(2), entry())).toBe(true);
        expect(await rooms.revokeRoomInvite(room(9), second, undefined, entry())).toBe(false);
        await rooms.createRoomInvite(link('c', { by: 2 }), entry());
        await change(store, { kind: 'roomInvitesDropped', room: room(9), by: user(2) });
        expect(await ids(0)).toEqual([first]);
        expect(await rooms.audit(room(9), 0, 10)).toHaveLength(4);
      }));

    test('[INVITE-4] M10 an invitation is one of a user and a room, until it is dropped', () =>
      withRoom(backend, async (store) => {
        await change(store, roomCreated(10, { roomKind: 'private' }));
        const invite = (to: number, by: number, timeMs: number): DerivedChange => ({
          kind: 'invitationSet',
          room: room(to),
          user: user(2),
          by: user(by),
          timeMs,
        });
        await change(store, invite(9, 1, 5), invite(10, 1, 6), invite(9, 3, 7));
        const open = await store.rooms.invitations(user(2));
        expect(open.map((one) => [one.room.number, one.by, one.timeMs])).toEqual([
          [room(9), user(3), 7],
          [room(10), user(1), 6],
        ]);
        await change(store, { kind: 'invitationDropped', room: room(9), user: user(2) });
        expect(await store.rooms.invitation(user(2), room(9))).toBeUndefined();
        expect((await store.rooms.invitation(user(2), room(10)))?.room.kind).toBe('private');
        expect(await store.rooms.invitations(user(1))).toEqual([]);
      }));

    test('[AUDIT-1] [AUDIT-3] M10 the audit log pages back in time, of each room and of the server, and drops what is old', () =>
      withRoom(backend, async (store) => {
        const { rooms } = store;
        const audited = (of: Partial<NewAuditEntry>): DerivedChange => ({
          kind: 'audited',
          entry: entry(of),
        });
        await change(store, audited({ detail: 'a' }), audited({ detail: 'b', timeMs: 200 }));
        await rooms.recordAudit(entry({ room: undefined, detail: 'server', timeMs: 300 }));
        await change(store, audited({ detail: 'c', timeMs: 400 }), audited({ room: room(10), timeMs: 400 }));
        const details = async (of: number | undefined, before: number, limit: number) =>
          (await rooms.audit(of === undefined ? of : room(of), before, limit)).map(({ detail }) => detail);
        expect(await details(9, 0, 2)).toEqual(['c', 'b']);
        const [, second] = await rooms.audit(room(9), 0, 2);
        expect(second).toEqual({ ...entry({ detail: 'b', timeMs: 200 }), id: second?.id ?? 0 });
        expect(await details(9, second?.id ?? 0, 2)).toEqual(['a']);
        expect(await details(undefined, 0, 9)).toEqual(['server']);
        expect(await rooms.dropAudit(300, 1)).toBe(1);
        expect(await rooms.dropAudit(300, 9)).toBe(1);
        expect(await rooms.dropAudit(300, 9)).toBe(0);
        expect(await details(9, 0, 9)).toEqual(['c']);
        expect(await details(undefined, 0, 9)).toEqual(['server']);
      }));

    test('[HISTORY-1] M10 a member’s history begins with the joining event, the last time, where the room says so', () =>
      withRoom(backend, async (store) => {
        const first = async (): Promise<Sequence | undefined> =>
          (await store.rooms.membership(user(2), room(9)))?.firstKept;
        await change(store);
        await change(store, memberSet(9, 2));
        expect(await first()).toBe(sequence(1));
        await change(store, { kind: 'roomChanged', room: room(9), settings: { history: 'sinceJoined' } });
        expect(await first()).toBe(sequence(3));
        await change(store, memberSet(9, 2, 'moderator'));
        expect(await first()).toBe(sequence(3));
        await change(store, { kind: 'memberRemoved', room: room(9), user: user(2) });
        await change(store, memberSet(9, 2));
        expect(await first()).toBe(sequence(7));
        expect((await store.rooms.membership(user(1), room(9)))?.firstKept).toBe(sequence(1));
      }));

    test('[RETENTION-1] M10 rooms that keep messages for a time are found by page', () =>
      withRoom(backend, async (store) => {
        await change(store, roomCreated(10), roomCreated(11), roomCreated(12));
        for (const number of [9, 11, 12])
          await change(store, { kind: 'roomChanged', room: room(number), settings: { retentionDays: 3 } });
        const found = async (after: number) =>
          (await store.rooms.roomsWithRetention(room(after), 2)).map(({ number }) => number);
        expect(await found(0)).toEqual([room(9), room(11)]);
        expect(await found(11)).toEqual([room(12)]);
        expect(await found(12)).toEqual([]);
      }));
  });
}
