/** `client.snapshots` over the real protocol and a fake server, under virtual time; as long as the list of what is shown. */
import { describe, expect, test } from 'bun:test';
import { LOBBY, type RoomNumber, type Sequence, TYPING_HOLDS_MS, type UserNumber } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode, EventKind, Role, RoomKind } from '@sotto/schema';
import { ALICE, BOB, HELPER } from '../testing/fake-server.ts';
import { createWorld, onlineClient, startClient, type World, within } from '../testing/harness.ts';
import type { Snapshot, SottoClient } from '../types.ts';

const CAROL = 3 as UserNumber;
const TEA = 5 as RoomNumber;

/** How often each was told of a change, from now on. */
function counting<T>(snapshot: Snapshot<T>): { calls: number; values: T[]; stop(): void } {
  const counted = { calls: 0, values: [] as T[], stop: () => {} };
  counted.stop = snapshot.onChange(() => {
    counted.calls += 1;
    counted.values.push(snapshot.get());
  });
  return counted;
}

async function online(): Promise<{ world: World; client: SottoClient }> {
  const world = await createWorld();
  world.server.answer('setSetting', () => ({}));
  world.server.answer('watchPresence', ({ users }) => ({
    people: users.map((user) => ({ user: world.server.user(user), online: user === BOB, lastSeenMs: 7 })),
  }));
  return { world, client: await onlineClient(world) };
}

describe('rooms, people and settings as snapshots (C1)', () => {
  test('[SNAPSHOT-1] C1: before logging in there is something to read, and the same objects are there after it', async () => {
    const world = await createWorld();
    const client = await startClient(world);
    const { snapshots } = client;
    expect(snapshots.rooms.get()).toEqual([]);
    expect(snapshots.typing(LOBBY).get()).toEqual([]);
    expect(snapshots.path.get()).toBeUndefined();
    const rooms = counting(snapshots.rooms);
    const status = counting(snapshots.status);
    await within(world.time, client.resume());
    expect(rooms.values.at(-1)).toMatchObject([{ name: 'lobby' }]);
    expect(status.values.at(-1)).toMatchObject({ kind: 'online' });
    expect(snapshots.rooms).toBe(client.snapshots.rooms);
    expect(snapshots.me.get()).toMatchObject({ name: 'alice', number: ALICE });
    expect(snapshots.paths.get()).toMatchObject([{ transport: 'memory', left: '' }]);
    expect(snapshots.choice.get()).toEqual({ chosen: 'auto', transports: ['memory'] });
    await client.close();
    expect(snapshots.status.get()).toMatchObject({ kind: 'stopped' });
  });

  test('[SNAPSHOT-1] C1: a message makes one other room, and its list; those that nothing happened in stay', async () => {
    const { world, client } = await online();
    world.server.addRoom(TEA, RoomKind.PUBLIC, 'tea');
    world.server.tell(EventKind.ROOM_ENTERED, {
      number: TEA,
      kind: RoomKind.PUBLIC,
      name: 'tea',
      directUsers: [],
    });
    const { snapshots } = client;
    await world.time.until(() => snapshots.rooms.get().length === 2);
    const before = snapshots.rooms.get();
    expect(client.rooms).toBe(before);
    const lobby = counting(snapshots.room('lobby'));
    const tea = counting(snapshots.room(TEA));
    const unread = counting(snapshots.unreadRooms);
    for (const text of ['one', 'two', '@alice']) world.server.say(TEA, text);
    await world.time.settle();
    const after = snapshots.rooms.get();
    expect(after).not.toBe(before);
    expect(after[0]).toBe(before[0] as (typeof after)[0]);
    expect(after[1]).toMatchObject({ number: TEA, unread: 3, mentions: 1, head: 3 });
    expect(snapshots.room(TEA).get()).toBe(after[1]);
    expect(lobby.calls).toBe(0);
    expect(tea.calls).toBeGreaterThan(0);
    expect(unread.values.at(-1)).toEqual([after[1] as (typeof after)[0]]);
    client.markRead(TEA, 3 as Sequence);
    expect(snapshots.unreadRooms.get()).toEqual([]);
    expect(() => client.snapshots.room('nowhere')).toThrow(SottoError);
    await client.close();
  });

  test('[SNAPSHOT-1] C1: a room that was left is not there, and its snapshot says so', async () => {
    const { world, client } = await online();
    world.server.answer('leaveRoom', () => ({}));
    world.server.answer('unsubscribe', () => ({}));
    world.server.addRoom(TEA, RoomKind.PUBLIC, 'tea');
    world.server.tell(EventKind.ROOM_ENTERED, {
      number: TEA,
      kind: RoomKind.PUBLIC,
      name: 'tea',
      directUsers: [],
    });
    await world.time.until(() => client.rooms.length === 2);
    const room = client.snapshots.room(TEA);
    const told = counting(room);
    await within(world.time, client.leaveRoom('tea'));
    await world.time.settle();
    expect(told.values).toEqual([undefined]);
    expect(client.snapshots.rooms.get()).toHaveLength(1);
    await client.close();
  });

  test('[SNAPSHOT-2] C1: whoever is asked for is looked up once somebody listens, and renamed where they call themselves otherwise', async () => {
    const { world, client } = await online();
    const person = client.snapshots.person(9 as UserNumber);
    await world.time.pass(1_000);
    expect(person.get()).toBeUndefined();
    const told = counting(person);
    await world.time.pass(1_000);
    expect(told.values).toMatchObject([{ name: 'person9', displayName: 'person9' }]);
    world.server.answer('readProfiles', () => ({ profiles: [{ user: 9, displayName: 'Nina' }] }));
    await within(world.time, client.account.profiles([9 as UserNumber]));
    await world.time.settle();
    expect(told.values.at(-1)).toMatchObject({ name: 'person9', displayName: 'Nina' });
    const asked = world.server.named('lookUpUsers').flatMap(({ users }) => users);
    expect(asked.filter(({ reference }) => reference.value === 9)).toHaveLength(1);
    await client.close();
  });

  test('[SNAPSHOT-2] C1: a lookup that found no connection is made after the next login', async () => {
    const { world, client } = await online();
    world.server.crash();
    await world.time.settle();
    const told = counting(client.snapshots.person(9 as UserNumber));
    await world.time.pass(20_000);
    expect(told.values).toEqual([]);
    world.server.up = true;
    await world.time.until(() => told.calls > 0);
    expect(told.values).toMatchObject([{ name: 'person9' }]);
    await client.close();
  });

  test('[SNAPSHOT-1] [SETTINGS-1] C1: settings and drafts are other objects when they change, here or elsewhere, and do-not-disturb ends by itself', async () => {
    const { world, client } = await online();
    const { settings, drafts } = client.snapshots;
    const toldSettings = counting(settings);
    const toldDrafts = counting(drafts);
    client.account.settings.drafts.set('lobby', 'half a th');
    await world.time.pass(1);
    const [draft] = drafts.get();
    expect(draft).toMatchObject({ room: LOBBY, text: 'half a th' });
    await world.time.pass(3_000);
    expect(toldDrafts.calls).toBe(1);
    expect(toldSettings.calls).toBe(0);
    await within(world.time, client.account.settings.block(BOB));
    await within(world.time, client.account.settings.setNotificationLevel('lobby', 'all'));
    const until = new Date(world.time.now() + 60_000);
    await within(world.time, client.account.settings.setDoNotDisturb(until));
    expect(settings.get()).toEqual({
      doNotDisturbUntil: until,
      blocked: new Set([BOB]),
      levels: new Map([[LOBBY, 'all']]),
    });
    const before = settings.get();
    expect(settings.get()).toBe(before);
    await world.time.pass(60_000);
    expect(toldSettings.values.at(-1)?.doNotDisturbUntil).toBeUndefined();
    world.server.note(EventKind.SETTING_CHANGED, {
      case: 'setting',
      value: { setting: { case: 'draft', value: { room: LOBBY, text: 'from elsewhere' } } },
    });
    await world.time.settle();
    expect(toldDrafts.values.at(-1)).toMatchObject([{ text: 'from elsewhere' }]);
    await client.close();
    await world.time.settle();
    expect(world.time.pending).toBe(0);
  });
});

describe('direct rooms (M1)', () => {
  test('[SNAPSHOT-1] M1: whoever calls themselves otherwise is called so in the list of rooms', async () => {
    const world = await createWorld();
    world.server.addRoom(9, RoomKind.DIRECT, '', [ALICE, BOB]);
    world.server.answer('readProfiles', () => ({ profiles: [{ user: BOB, displayName: 'Robert' }] }));
    const client = await onlineClient(world);
    const rooms = counting(client.snapshots.rooms);
    const before = client.snapshots.rooms.get();
    expect(before[1]).toMatchObject({ name: 'bob', peer: { displayName: 'bob' } });
    await within(world.time, client.account.profiles([BOB]));
    await world.time.settle();
    expect(rooms.calls).toBe(1);
    expect(rooms.values[0]?.[1]).toMatchObject({ name: 'bob', peer: { displayName: 'Robert' } });
    expect(rooms.values[0]?.[0]).toBe(before[0] as (typeof before)[0]);
    await client.close();
  });
});

describe('who is there, and who writes (M8, M9)', () => {
  const typing = (world: World, user: number, thread = 0) => {
    const { last } = world.server;
    last.send(last.session.push('typingUpdate', { room: LOBBY, thread, user }));
  };

  test('[WRITING-2] M9: whoever writes is there until it is over, their message comes, or they are blocked; each place by itself', async () => {
    const { world, client } = await online();
    const { snapshots } = client;
    const lobby = counting(snapshots.typing('lobby'));
    const thread = counting(snapshots.typing('lobby', { thread: 7 as Sequence }));
    const names = () =>
      snapshots
        .typing(LOBBY)
        .get()
        .map(({ name }) => name);
    typing(world, BOB);
    typing(world, 9);
    typing(world, ALICE);
    await world.time.settle();
    expect(names()).toEqual(['bob', 'person9']);
    await world.time.pass(TYPING_HOLDS_MS - 1);
    typing(world, 9);
    await world.time.pass(2);
    expect(names()).toEqual(['person9']);
    world.server.say(LOBBY, 'said in a thread', 9, { thread: 7 });
    await world.time.settle();
    expect(names()).toEqual(['person9']);
    world.server.say(LOBBY, 'said', 9);
    await world.time.settle();
    expect(names()).toEqual([]);
    expect(thread.calls).toBe(0);
    typing(world, BOB);
    await world.time.settle();
    const writing = snapshots.typing('lobby').get();
    typing(world, BOB);
    await world.time.settle();
    expect(snapshots.typing('lobby').get()).toBe(writing);
    await within(world.time, client.account.settings.block(BOB));
    expect(names()).toEqual([]);
    expect(lobby.calls).toBeGreaterThan(3);
    await client.close();
    await world.time.settle();
    expect(world.time.pending).toBe(0);
  });

  test('[SNAPSHOT-2] [PRESENCE-1] M8: presence is watched while somebody listens, together, and again after a reconnect', async () => {
    const { world, client } = await online();
    const watched = () => world.server.named('watchPresence').map(({ users }) => users);
    const { snapshots } = client;
    await world.time.pass(5_000);
    expect(watched()).toEqual([]);
    const bob = counting(snapshots.presence(BOB));
    const carol = counting(snapshots.presence(CAROL));
    const twice = counting(snapshots.presence(BOB));
    await world.time.pass(1_000);
    expect(watched()).toEqual([[CAROL, BOB]]);
    expect(bob.values).toMatchObject([{ name: 'bob', online: true, lastSeen: undefined }]);
    expect(carol.values).toMatchObject([{ online: false, lastSeen: new Date(7) }]);
    const { last } = world.server;
    last.send(
      last.session.push('presenceUpdate', { people: [{ user: world.server.user(BOB), lastSeenMs: 9 }] }),
    );
    await world.time.settle();
    expect(bob.values.at(-1)).toMatchObject({ online: false, lastSeen: new Date(9) });
    last.cut();
    await world.time.until(() => watched().length === 2);
    await world.time.settle();
    expect(bob.values.at(-1)).toMatchObject({ online: true });
    twice.stop();
    await world.time.pass(30_000);
    expect(watched()).toHaveLength(2);
    bob.stop();
    carol.stop();
    await world.time.pass(30_000);
    expect(watched().at(-1)).toEqual([]);
    expect(snapshots.presence(BOB).get()).toMatchObject({ online: true });
    await client.close();
  });

  test('[SNAPSHOT-2] M8: what the program watches by itself comes first, and at most 200 are watched', async () => {
    const { world, client } = await online();
    for (let user = 100; user < 400; user += 1) counting(client.snapshots.presence(user as UserNumber));
    const own = [BOB, CAROL];
    const told = await within(world.time, client.watch(own));
    expect(told.map(({ number }) => number)).toEqual(own);
    await world.time.pass(1_000);
    const last = world.server.named('watchPresence').at(-1)?.users ?? [];
    expect(last.slice(0, 3)).toEqual([BOB, CAROL, 399 as UserNumber]);
    expect(last).toHaveLength(200);
    await client.close();
  });

  test('[SNAPSHOT-2] M8: profiles are asked for together while somebody listens, and again each minute', async () => {
    const { world, client } = await online();
    let statusText = 'away';
    world.server.answer('readProfiles', ({ users }) => ({
      profiles: users.filter((user) => user !== CAROL).map((user) => ({ user, statusText })),
    }));
    const asked = () => world.server.named('readProfiles').map(({ users }) => users);
    const bob = counting(client.snapshots.profile(BOB));
    const carol = counting(client.snapshots.profile(CAROL));
    await world.time.pass(1_000);
    expect(asked()).toEqual([[BOB, CAROL]]);
    expect(bob.values).toMatchObject([{ statusText: 'away' }]);
    statusText = 'back';
    await world.time.pass(60_000);
    expect(bob.values.at(-1)).toMatchObject({ statusText: 'back' });
    expect(carol.calls).toBe(0);
    bob.stop();
    carol.stop();
    const before = asked().length;
    await world.time.pass(300_000);
    expect(asked()).toHaveLength(before);
    await client.close();
  });
});

describe('the members of a room (M10)', () => {
  const about = (kind: EventKind, user: number, more: { role?: Role; untilMs?: number } = {}) =>
    [kind, 0, { case: 'member' as const, value: { user, ...more } }] as const;

  async function listed(refuse = false) {
    const { world, client } = await online();
    world.server.answer('listMembers', () => ({
      members: [
        { user: world.server.user(ALICE), role: Role.OWNER, online: true },
        { user: world.server.user(BOB), role: Role.MEMBER, lastSeenMs: 5 },
      ],
    }));
    world.server.trouble = ({ name }) =>
      refuse && name === 'listMembers' ? new SottoError(ErrorCode.PERMISSION_DENIED) : undefined;
    const members = client.snapshots.members('lobby');
    const told = counting(members);
    const names = () => members.get().members.map(({ name, role }) => `${name} ${role}`);
    return { world, client, members, told, names };
  }

  test('[SNAPSHOT-3] M10: read once, then kept up to date by events and presence', async () => {
    const { world, client, members, told, names } = await listed();
    expect(members.get()).toEqual({ state: 'loading', members: [] });
    await world.time.pass(1_000);
    expect(members.get().state).toBe('ready');
    expect(names()).toEqual(['alice owner', 'bob member']);
    expect(members.get().members[1]).toMatchObject({ name: 'bob', online: true });
    const alice = members.get().members[0];
    world.server.happen(LOBBY, ...about(EventKind.MEMBER_JOINED, CAROL, { role: Role.GUEST }));
    world.server.happen(LOBBY, ...about(EventKind.MEMBER_ROLE_CHANGED, BOB, { role: Role.MODERATOR }));
    world.server.happen(LOBBY, ...about(EventKind.MEMBER_MUTED, BOB, { untilMs: 90_000_000 }));
    await world.time.pass(1_000);
    expect(names()).toEqual(['alice owner', 'bob moderator', 'person3 guest']);
    expect(members.get().members[1]?.mutedUntil).toEqual(new Date(90_000_000));
    expect(members.get().members[0]).toBe(alice as typeof alice & {});
    expect(world.server.named('watchPresence').at(-1)?.users.sort()).toEqual([ALICE, BOB, CAROL]);
    world.server.happen(LOBBY, ...about(EventKind.MEMBER_UNMUTED, BOB));
    world.server.happen(LOBBY, ...about(EventKind.MEMBER_KICKED, CAROL));
    await world.time.settle();
    expect(names()).toEqual(['alice owner', 'bob moderator']);
    expect(members.get().members[1]?.mutedUntil).toBeUndefined();
    const before = told.calls;
    world.server.say(LOBBY, 'nothing new', BOB);
    await world.time.settle();
    expect(told.calls).toBe(before);
    world.server.say(LOBBY, 'I am new here', 9);
    await world.time.pass(1_000);
    expect(names().at(-1)).toBe('person9 member');
    told.stop();
    await world.time.pass(20_000);
    expect(world.server.named('watchPresence').at(-1)?.users).toEqual([]);
    expect(world.server.named('listMembers')).toHaveLength(1);
    await client.close();
  });

  test('[SNAPSHOT-3] M10: of a lobby with everybody in it the first 2,000 are read, and that is all that is asked', async () => {
    const { world, client, members } = await listed();
    world.server.answer('listMembers', ({ after }) => ({
      members: Array.from({ length: 200 }, (_, at) => ({ user: world.server.user(after + at + 1) })),
      more: true,
    }));
    await world.time.pass(1_000);
    expect([members.get().state, members.get().members.length]).toEqual(['ready', 2_000]);
    expect(members.get().members.at(-1)?.name).toBe('person2000');
    expect(world.server.named('listMembers')).toHaveLength(10);
    await client.close();
  });

  test('[SNAPSHOT-3] M10: what happens while it is read counts after it', async () => {
    const { world, client, names } = await listed();
    world.server.delayMs = 200;
    await world.time.pass(150);
    world.server.happen(LOBBY, ...about(EventKind.MEMBER_LEFT, BOB));
    world.server.happen(LOBBY, ...about(EventKind.MEMBER_JOINED, HELPER, { role: Role.MEMBER }));
    await world.time.pass(2_000);
    expect(names()).toEqual(['alice owner', 'helper member']);
    await client.close();
  });

  test('[SNAPSHOT-3] M10: after a reconnect it is read again; members that are the same stay the same objects', async () => {
    const { world, client, members, told } = await listed();
    await world.time.pass(1_000);
    const before = members.get();
    const calls = told.calls;
    world.server.last.cut();
    await world.time.pass(5_000);
    expect(world.server.named('listMembers')).toHaveLength(2);
    expect(members.get()).toBe(before);
    expect(told.calls).toBe(calls);
    await client.close();
  });

  test('[SNAPSHOT-2] M10: what the server was too busy for is asked again when it says', async () => {
    const { world, client, members } = await listed();
    world.server.trouble = ({ name }) =>
      name === 'listMembers' ? new SottoError(ErrorCode.RATE_LIMITED, '', 8_000) : undefined;
    await world.time.pass(7_000);
    expect(members.get().state).toBe('loading');
    world.server.trouble = () => undefined;
    await world.time.pass(2_000);
    expect(members.get().state).toBe('ready');
    expect(world.server.named('listMembers')).toHaveLength(2);
    await client.close();
  });

  test('[SNAPSHOT-3] M10: where it may not be read that is said, and nothing is asked again', async () => {
    const { world, client, members } = await listed(true);
    await world.time.pass(5_000);
    expect(members.get()).toEqual({ state: 'refused', members: [] });
    expect(world.server.named('listMembers')).toHaveLength(1);
    await client.close();
  });
});

describe('how far messages have come (M6)', () => {
  const receipt = (user: number, delivered: number, read: number) => ({ user, delivered, read });

  async function told(receipts: ReturnType<typeof receipt>[]) {
    const { world, client } = await online();
    world.server.answer('readReceipts', ({ stream }) => ({ stream, receipts }));
    const snapshot = client.snapshots.receipts('lobby');
    const counted = counting(snapshot);
    await world.time.pass(1_000);
    const push = (...changed: ReturnType<typeof receipt>[]) => {
      const { last } = world.server;
      last.send(last.session.push('receipts', { stream: 4 * LOBBY, receipts: changed }));
      return world.time.settle();
    };
    const room = client.rooms[0] as (typeof client.rooms)[0];
    const stateOf = (sequence: number) => client.deliveryOf({ room, sequence: sequence as Sequence });
    return { world, client, snapshot, counted, push, stateOf };
  }

  test('[RECEIPT-3] M6: a message has come as far as the last of the others, this account and assistants not counted', async () => {
    const { client, snapshot, counted, push, stateOf } = await told([
      receipt(ALICE, 1, 1),
      receipt(BOB, 5, 3),
      receipt(CAROL, 7, 6),
    ]);
    expect(snapshot.get()).toMatchObject({ delivered: 5, read: 3 });
    expect([3, 4, 5, 6].map(stateOf)).toEqual(['read', 'delivered', 'delivered', 'durable']);
    const before = snapshot.get();
    await push(receipt(ALICE, 9, 9), receipt(BOB, 4, 2));
    expect(snapshot.get()).toBe(before);
    await push(receipt(BOB, 8, 8));
    expect(counted.values.at(-1)).toMatchObject({ delivered: 7, read: 6 });
    expect(before.members.get(BOB)).toEqual({ delivered: 5 as Sequence, read: 3 as Sequence });
    await client.close();
  });

  test('[RECEIPT-3] M6: before anything is known, and where nobody is told, it is durable', async () => {
    const { client, stateOf, snapshot } = await told([]);
    expect(snapshot.get()).toMatchObject({ delivered: 0, read: 0 });
    expect(stateOf(1)).toBe('durable');
    await client.close();
  });

  test('[RECEIPT-3] M6: whoever joins has what was said before as behind them, whoever leaves keeps nothing back', async () => {
    const { world, client, stateOf, push } = await told([receipt(BOB, 2, 2), receipt(CAROL, 0, 0)]);
    expect(stateOf(1)).toBe('durable');
    const about = (kind: EventKind, user: number) =>
      world.server.happen(LOBBY, kind, user, { case: 'member', value: { user } });
    about(EventKind.MEMBER_LEFT, CAROL);
    about(EventKind.MEMBER_JOINED, 9);
    await world.time.settle();
    expect([2, 3].map(stateOf)).toEqual(['read', 'durable']);
    await push(receipt(BOB, 3, 3), receipt(9, 3, 2), receipt(CAROL, 1, 1));
    expect(stateOf(3)).toBe('delivered');
    await client.close();
  });

  test('[RECEIPT-3] M6: what was told while there was no connection is asked for after it, and not while nobody listens', async () => {
    const { world, client, counted, stateOf } = await told([receipt(BOB, 2, 1)]);
    world.server.answer('readReceipts', ({ stream }) => ({ stream, receipts: [receipt(BOB, 6, 6)] }));
    world.server.last.cut();
    await world.time.until(() => stateOf(6) === 'read');
    counted.stop();
    world.server.last.cut();
    await world.time.pass(10_000);
    expect(world.server.named('readReceipts')).toHaveLength(2);
    await client.close();
  });
});

describe('the path in use (T17)', () => {
  test('[SNAPSHOT-1] T17: it says what carries the session, and nothing while there is none', async () => {
    const { world, client } = await online();
    const { path, paths } = client.snapshots;
    const told = counting(path);
    expect(path.get()).toMatchObject({ transport: 'memory', silent: false, moving: false, facts: undefined });
    expect(path.get()?.roundTripMs).toBeNumber();
    const before = path.get();
    await world.time.pass(5_000);
    expect(path.get()).toBe(before as typeof before & {});
    world.server.crash();
    await world.time.settle();
    expect(told.values.at(-1)).toBeUndefined();
    expect(paths.get().at(-1)?.until).toBeDate();
    told.stop();
    await client.close();
    await world.time.settle();
    expect(world.time.pending).toBe(0);
  });
});
