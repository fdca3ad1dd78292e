/** What a room is like, slow mode, the audit log, through frames (M10). */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { LOBBY, type RoomNumber, roomStream, TOPIC_MAX_CHARACTERS } from '@sotto/model';
import type { FrameFields } from '@sotto/protocol';
import { ErrorCode, HistoryAccess, Role, RoomKind } from '@sotto/schema';
import { Asking, contentOf, named, numbered } from '../testing/asking.ts';
import { createWorld, type LoggedIn, type World } from '../testing/world.ts';

type Wanted = NonNullable<FrameFields<'changeRoom'>['settings']>;

let world: World;
let asking: Asking;
/** Owner of the server, too. */
let alice: LoggedIn;
let bob: LoggedIn;
let cleo: LoggedIn;
let dan: LoggedIn;
let tea: RoomNumber;

beforeEach(async () => {
  world = await createWorld();
  asking = new Asking(world);
  alice = await world.user('alice');
  [bob, cleo, dan] = [await world.user('bob'), await world.user('cleo'), await world.user('dan')];
  tea = await asking.room(bob, 'tea');
  await asking.enter(bob, cleo, tea, Role.MODERATOR);
  await asking.enter(bob, dan, tea);
});

afterEach(async () => {
  await world.close();
  expect(world.errors).toEqual([]);
});

const change = (who: LoggedIn, settings: Wanted, room = tea) =>
  asking.ask(who, 'changeRoom', { room: numbered(room), settings });
const refused = (who: LoggedIn, settings: Wanted, room = tea) =>
  asking.refused(who, 'changeRoom', { room: numbered(room), settings });
const audit = async (who = bob) => {
  const { entries } = await asking.ask(who, 'readAudit', { room: numbered(tea) });
  return entries.map(({ action, detail }) => `${action}: ${detail}`);
};
const say = (who: LoggedIn, room = tea) => asking.say(who, room, 'hello');

describe('settings of a room (M10)', () => {
  test('[ADJUST-1] each field needs its own right; one that is missing refuses all', async () => {
    await asking.enter(bob, alice, tea);
    const moderators: Wanted[] = [{ topic: 'leaves' }, { slowModeSeconds: 5 }];
    const admins: Wanted[] = [
      { kind: RoomKind.ANNOUNCEMENT },
      { history: HistoryAccess.SINCE_JOINED },
      { name: 'green-tea' },
    ];
    const owners: Wanted[] = [{ retentionDays: 30 }, { archived: true }];
    for (const wanted of [...moderators, ...admins, ...owners])
      expect([wanted, await refused(dan, wanted)]).toEqual([wanted, ErrorCode.PERMISSION_DENIED]);
    for (const wanted of [...admins, ...owners])
      expect([wanted, await refused(cleo, wanted)]).toEqual([wanted, ErrorCode.PERMISSION_DENIED]);
    expect(await refused(cleo, { topic: 'leaves', name: 'green-tea' })).toBe(ErrorCode.PERMISSION_DENIED);
    expect((await asking.ask(dan, 'readRoom', { room: numbered(tea) })).settings?.topic).toBe('');
    for (const wanted of moderators) expect(await refused(cleo, wanted)).toBeUndefined();
    for (const wanted of [...admins, ...owners]) expect(await refused(bob, wanted)).toBeUndefined();
    expect(await refused(alice, { archived: false })).toBeUndefined();
  });

  test('[ADJUST-2] [AUDIT-1] the event and the audit log say what changed, and nothing that was so already', async () => {
    await asking.follow(dan, tea);
    const wanted = { topic: ' leaves ', slowModeSeconds: 0, archived: false, retentionDays: 9 };
    const details = await change(bob, wanted);
    expect(details).toMatchObject({
      room: { number: tea, kind: RoomKind.PUBLIC, name: 'tea' },
      members: 3,
      role: Role.OWNER,
      mutedUntilMs: 0,
      settings: {
        topic: 'leaves',
        kind: RoomKind.PUBLIC,
        slowModeSeconds: 0,
        retentionDays: 9,
        archived: false,
        history: HistoryAccess.ALL,
        name: 'tea',
      },
    });
    const event = dan.peer.eventsOf(roomStream(tea)).at(-1);
    expect(event).toMatchObject({ sender: bob.number, role: Role.OWNER });
    const { value, ...content } = contentOf(event) as { value: object };
    expect(content).toEqual({ case: 'settings' } as object);
    expect(Object.entries(value).filter(([key]) => !key.startsWith('$'))).toEqual([
      ['topic', 'leaves'],
      ['retentionDays', 9],
    ]);
    expect((await audit())[0]).toBe('room.changed: topic, retention 9 days');
    const heard = asking.heard(dan, tea).length;
    await change(bob, wanted);
    await change(bob, {});
    await asking.ask(bob, 'changeRoom', { room: numbered(tea) });
    await world.clock.advance(10);
    expect(asking.heard(dan, tea)).toHaveLength(heard);
    expect((await audit()).filter((entry) => entry.startsWith('room.changed'))).toHaveLength(1);
  });

  test('[ADJUST-2] a change holds from its event on: what it forbids does not come after it', async () => {
    await asking.follow(bob, tea);
    const changing = change(bob, { kind: RoomKind.ANNOUNCEMENT });
    const said: Promise<unknown>[] = [];
    for (let count = 0; count < 20; count++) {
      said.push(say(dan).catch(({ code }) => code));
      await world.clock.advance(count % 3);
    }
    await changing;
    expect((await Promise.all(said)).at(-1)).toBe(ErrorCode.PERMISSION_DENIED);
    const kinds = asking.heard(bob, tea);
    expect(kinds.lastIndexOf('MESSAGE')).toBeLessThan(kinds.indexOf('ROOM_CHANGED'));
    await say(cleo);
  });

  test('[ADJUST-3] values that a room cannot have are refused', async () => {
    for (const wanted of [
      { topic: 'x'.repeat(TOPIC_MAX_CHARACTERS + 1) },
      { topic: 'two\nlines' },
      { kind: RoomKind.LOBBY },
      { kind: RoomKind.DIRECT },
      { kind: RoomKind.UNSPECIFIED },
      { kind: 99 as RoomKind },
      { slowModeSeconds: 2 ** 32 - 1 },
      { retentionDays: 2 ** 32 - 1 },
      { history: HistoryAccess.UNSPECIFIED },
      { history: 9 as HistoryAccess },
    ])
      expect([wanted, await refused(bob, wanted)]).toEqual([wanted, ErrorCode.ARGUMENT_INVALID]);
    expect(await refused(bob, { name: '1 2' })).toBe(ErrorCode.NAME_INVALID);
    const coffee = await asking.room(alice, 'coffee');
    expect(await refused(bob, { name: 'Coffee', topic: 'x' })).toBe(ErrorCode.NAME_TAKEN);
    expect(await refused(bob, { name: 'lobby' })).toBe(ErrorCode.NAME_TAKEN);
    expect((await change(bob, {})).settings?.topic).toBe('');
    await change(bob, { name: 'Tea' });
    expect((await asking.ask(dan, 'readRoom', { room: named('TEA') })).room?.name).toBe('Tea');
    for (const settings of [{ name: 'x' }, { kind: RoomKind.PRIVATE }, { archived: true }] as Wanted[])
      expect(await refused(alice, settings, LOBBY)).toBe(ErrorCode.PERMISSION_DENIED);
    await change(alice, { topic: 'Welcome' }, LOBBY);
    expect(await refused(bob, { topic: 'mine' }, coffee)).toBe(ErrorCode.PERMISSION_DENIED);
  });

  test('[ROOM-8] a name that looks like another room’s is refused, for a new room and for an old one', async () => {
    for (const name of ['teа', 'tеa', 'Tea']) {
      expect(await asking.refused(dan, 'createRoom', { name })).toBe(ErrorCode.NAME_TAKEN);
    }
    await asking.room(dan, 'coffee');
    expect(await refused(bob, { name: 'cоffee' })).toBe(ErrorCode.NAME_TAKEN);
    expect(await asking.refused(dan, 'createRoom', { name: 'l0bby' })).toBe(ErrorCode.NAME_TAKEN);
  });

  test('[ADJUST-4] a room that becomes private keeps its members and is listed no more', async () => {
    const listed = async (who: LoggedIn) =>
      (await asking.ask(who, 'listRooms', {})).rooms.map(({ room }) => room?.name);
    expect(await listed(alice)).toEqual(['lobby', 'tea']);
    await change(bob, { kind: RoomKind.PRIVATE });
    expect(await listed(alice)).toEqual(['lobby']);
    expect(await listed(dan)).toEqual(['lobby', 'tea']);
    await say(dan);
    expect(await asking.refused(alice, 'readRoom', { room: numbered(tea) })).toBe(ErrorCode.NOT_FOUND);
    await change(bob, { kind: RoomKind.PUBLIC });
    expect(await listed(alice)).toEqual(['lobby', 'tea']);
  });

  test('[ADJUST-5] nothing is said in an archived room, nor does anybody come in; taken out it goes on', async () => {
    await change(bob, { archived: true });
    expect(await asking.refused(alice, 'joinRoom', { room: numbered(tea) })).toBe(ErrorCode.ROOM_ARCHIVED);
    for (const who of [bob, dan])
      expect(await say(who).catch(({ code }) => code)).toBe(ErrorCode.ROOM_ARCHIVED);
    expect(await refused(bob, { topic: 'x' })).toBe(ErrorCode.ROOM_ARCHIVED);
    const { rooms } = await asking.ask(alice, 'listRooms', {});
    expect(rooms.map(({ archived }) => archived)).toEqual([false, true]);
    await asking.ask(dan, 'leaveRoom', { room: numbered(tea) });
    await change(bob, { archived: false });
    await asking.ask(alice, 'joinRoom', { room: numbered(tea) });
    await say(alice);
  });

  test('[ROOM-9] rooms are made with a topic, for announcements, or private, not both', async () => {
    const news = { name: 'news', announcement: true, topic: 'what is new' };
    await asking.ask(bob, 'createRoom', news);
    const { rooms } = await asking.ask(dan, 'listRooms', {});
    expect(rooms.at(-1)).toMatchObject({
      room: { kind: RoomKind.ANNOUNCEMENT, name: 'news' },
      topic: 'what is new',
      archived: false,
      joined: false,
    });
    expect(await asking.refused(bob, 'createRoom', { name: 'x', topic: 'a\u0000b' })).toBe(
      ErrorCode.ARGUMENT_INVALID,
    );
    const both = { name: 'both', announcement: true, private: true };
    expect(await asking.refused(bob, 'createRoom', both)).toBe(ErrorCode.ARGUMENT_INVALID);
  });

  test('[ROOM-9] pages of rooms with long topics fit in frames, and none is left out', async () => {
    const topic = '😀'.repeat(TOPIC_MAX_CHARACTERS);
    for (let count = 0; count < 80; count++)
      await asking.ask(bob, 'createRoom', { name: `room-${count}`, topic });
    const seen: number[] = [];
    let pages = 0;
    for (let after = 0, more = true; more; pages++) {
      const page = await asking.ask(dan, 'listRooms', { after });
      seen.push(...page.rooms.map(({ room }) => room?.number ?? 0));
      after = seen.at(-1) ?? 0;
      more = page.more;
    }
    expect(seen).toHaveLength(82);
    expect(new Set(seen).size).toBe(82);
    expect(pages).toBe(2);
  });
});

describe('slow mode (M10)', () => {
  test('[SLOW-1] a member waits between messages, and is told how long; moderators do not wait', async () => {
    await change(cleo, { slowModeSeconds: 30 });
    await say(dan);
    await world.clock.advance(10_000);
    const failure = await say(dan).catch((error) => error);
    expect(failure).toMatchObject({ code: ErrorCode.RATE_LIMITED, detail: 'slow mode' });
    expect(failure.retryAfterMs).toBeGreaterThan(19_000);
    expect(failure.retryAfterMs).toBeLessThanOrEqual(20_000);
    for (let count = 0; count < 3; count++) await say(cleo);
    await world.clock.advance(failure.retryAfterMs);
    await say(dan);
    const coffee = await asking.room(dan, 'coffee');
    await say(dan, coffee);
    await change(cleo, { slowModeSeconds: 0 });
    for (let count = 0; count < 3; count++) await say(dan);
  });

  test('[SLOW-1] what was accepted is accepted again, however soon', async () => {
    await change(cleo, { slowModeSeconds: 30 });
    const id = world.random.bytes(16);
    const message = { room: tea, clientMessageId: id, content: new Uint8Array([10, 1, 120]) };
    const first = await asking.ask(dan, 'sendMessage', message);
    expect(await asking.ask(dan, 'sendMessage', message)).toMatchObject({
      sequence: first.sequence,
      duplicate: true,
    });
  });
});

describe('the audit log (M10)', () => {
  test('[AUDIT-2] a room’s is read by its moderators, the server’s by administrators; by page', async () => {
    for (let count = 0; count < 5; count++) await change(bob, { topic: `topic ${count}` });
    const read = (who: LoggedIn, fields: FrameFields<'readAudit'>) => asking.ask(who, 'readAudit', fields);
    const page = await read(cleo, { room: numbered(tea), limit: 3 });
    expect(page).toMatchObject({ more: true });
    expect(page.entries.map(({ action, room, actor }) => [action, room, actor])).toEqual(
      Array.from({ length: 3 }, () => ['room.changed', tea, bob.number]),
    );
    const rest = await read(cleo, { room: numbered(tea), before: page.entries.at(-1)?.id ?? 0 });
    expect(rest.entries.map(({ action }) => action)).toEqual([
      'room.changed',
      'room.changed',
      'member.role',
      'room.created',
    ]);
    expect(rest.more).toBe(false);
    expect(await asking.refused(dan, 'readAudit', { room: numbered(tea) })).toBe(ErrorCode.PERMISSION_DENIED);
    expect(await asking.refused(dan, 'readAudit', {})).toBe(ErrorCode.PERMISSION_DENIED);
    expect((await read(alice, {})).entries).toEqual([]);
    for (const before of [Number.NaN, -1, Number.POSITIVE_INFINITY, 2 ** 60])
      expect(await asking.refused(cleo, 'readAudit', { room: numbered(tea), before })).toBe(
        ErrorCode.ARGUMENT_INVALID,
      );
  });

  test('[AUDIT-2] pages with long reasons fit in frames', async () => {
    const entry = {
      timeMs: 1,
      actor: bob.session.user.number,
      target: dan.session.user.number,
      room: tea,
      action: 'x'.repeat(64),
      detail: '😀'.repeat(200),
    };
    const changes = Array.from({ length: 201 }, () => ({ kind: 'audited' as const, entry }));
    await world.store.events.append([{ events: [], changes }]);
    const { entries, more } = await asking.ask(bob, 'readAudit', { room: numbered(tea) });
    expect(entries.length).toBeGreaterThan(50);
    expect(more).toBe(true);
  });
});
