import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { create, toBinary } from '@bufbuild/protobuf';
import { type RoomNumber, roomStream } from '@sotto/model';
import { ContentSchema, Delivery, ErrorCode, EventKind, Role } from '@sotto/schema';
import { createWorld, type LoggedIn, refusal, type World } from '../testing/world.ts';

let world: World;
let alice: LoggedIn;
let bob: LoggedIn;

beforeEach(async () => {
  world = await createWorld();
  alice = await world.user('alice');
  bob = await world.user('bob');
});

afterEach(async () => {
  await world.close();
  expect(world.errors).toEqual([]);
});

const text = (value: string): Uint8Array =>
  toBinary(ContentSchema, create(ContentSchema, { content: { case: 'plain', value } }));
const named = (value: string) => ({ reference: { case: 'name' as const, value } });
const stream = (room: number) => roomStream(room as RoomNumber);

function send({ peer }: LoggedIn, room: number, content: string, clientMessageId = world.random.bytes(16)) {
  return world.run(peer.request('sendMessage', { room, clientMessageId, content: text(content) }));
}

async function room(owner: LoggedIn, name = 'tea', isPrivate = false): Promise<number> {
  const { membership } = await world.run(owner.peer.request('createRoom', { name, private: isPrivate }));
  return membership?.room?.number ?? 0;
}

const follow = ({ peer }: LoggedIn, streamId: number, after = 0) =>
  world.run(peer.request('subscribe', { cursors: [{ stream: streamId, after }] }));
const join = ({ peer }: LoggedIn, name: string) => world.run(peer.request('joinRoom', { room: named(name) }));

describe('rooms (M4)', () => {
  test('[ROOM-1] creating and entering are events of the room and of the inbox, in one order with messages', async () => {
    const tea = await room(alice);
    await follow(alice, stream(tea));
    await follow(bob, bob.number * 4 + 1);
    await join(bob, 'tea');
    await send(bob, tea, 'hello');
    await world.run(bob.peer.request('leaveRoom', { room: named('tea') }));
    await world.clock.advance(10);
    const kinds = alice.peer.eventsOf(stream(tea)).map(({ kind, sequence }) => [sequence, EventKind[kind]]);
    expect(kinds).toEqual([
      [1, 'ROOM_CREATED'],
      [2, 'MEMBER_JOINED'],
      [3, 'MEMBER_JOINED'],
      [4, 'MESSAGE'],
      [5, 'MEMBER_LEFT'],
    ]);
    expect(bob.peer.eventsOf(bob.number * 4 + 1).map(({ kind }) => EventKind[kind])).toEqual([
      'ROOM_ENTERED',
      'ROOM_EXITED',
    ]);
  });

  test('[ROOM-2] a private room answers a stranger like one that does not exist', async () => {
    const secret = await room(alice, 'secret', true);
    for (const target of [secret, 9_999]) {
      expect(await refusal(send(bob, target, 'x'))).toBe(ErrorCode.NOT_FOUND);
      expect(await refusal(follow(bob, stream(target)))).toBe(ErrorCode.NOT_FOUND);
      const byNumber = { reference: { case: 'number' as const, value: target } };
      expect(await refusal(world.run(bob.peer.request('joinRoom', { room: byNumber })))).toBe(
        ErrorCode.NOT_FOUND,
      );
      expect(await refusal(world.run(bob.peer.request('readHistory', { stream: stream(target) })))).toBe(
        ErrorCode.NOT_FOUND,
      );
    }
    expect(await refusal(join(bob, 'secret'))).toBe(ErrorCode.NOT_FOUND);
    await world.run(alice.peer.request('addMember', { room: named('secret'), user: named('bob') }));
    expect((await send(bob, secret, 'now I am in')).sequence).toBeGreaterThan(0);
  });

  test('[ROOM-3] everyone is in the lobby; broadcasts have a limit of their own (M3)', async () => {
    expect(alice.granted.rooms[0]?.room?.name).toBe('lobby');
    const outcomes: (ErrorCode | undefined)[] = [];
    for (let count = 0; count < 31; count++) outcomes.push(await refusal(send(alice, 1, `hi ${count}`)));
    expect(outcomes.slice(0, 30)).toEqual(Array.from({ length: 30 }));
    expect(outcomes[30]).toBe(ErrorCode.RATE_LIMITED);
    expect((await send(bob, 1, 'bob has his own allowance')).sequence).toBe(31);
    await world.clock.advance(2_000);
    expect((await send(alice, 1, 'again')).sequence).toBe(32);
    expect(await refusal(join(bob, 'lobby'))).toBeUndefined();
    expect(await refusal(world.run(bob.peer.request('leaveRoom', { room: named('lobby') })))).toBe(
      ErrorCode.PERMISSION_DENIED,
    );
  });

  test('[ROOM-3] C1: the members of the lobby are everybody, page by page, as what they stand as', async () => {
    const list = (after = 0, limit = 0) =>
      world.run(bob.peer.request('listMembers', { room: named('lobby'), after, limit }));
    const first = await list(0, 1);
    expect([first.members.map(({ user, role }) => [user?.name, role]), first.more]).toEqual([
      [['alice', Role.OWNER]],
      true,
    ]);
    const rest = await list(first.members[0]?.user?.number);
    expect(rest.members.map(({ user, role, online }) => [user?.name, role, online])).toEqual([
      ['bob', Role.MEMBER, true],
    ]);
    expect(rest.more).toBe(false);
  });

  test('[ROOM-5] joining again changes nothing and says where the member stands', async () => {
    const tea = await room(alice);
    const first = await join(bob, 'TEA');
    await send(alice, tea, 'one');
    const again = await join(bob, 'tea');
    expect(again.membership?.delivered).toBe(first.membership?.delivered ?? -1);
    expect(again.membership?.head).toBe(4);
    const { members } = await world.run(alice.peer.request('listMembers', { room: named('tea') }));
    expect(members.map(({ user, online }) => [user?.name, online])).toEqual([
      ['alice', true],
      ['bob', true],
    ]);
  });

  test('[ROOM-5] reading where one stands makes nobody a member, whatever was left meanwhile', async () => {
    const tea = await room(alice);
    const cellar = await room(alice, 'cellar', true);
    const read = (reader: LoggedIn, number: number) =>
      world.run(
        reader.peer.request('readMembership', { room: { reference: { case: 'number', value: number } } }),
      );
    await join(bob, 'tea');
    expect((await read(bob, tea)).membership).toMatchObject({ head: 3, role: Role.MEMBER });
    expect((await read(bob, 1)).membership?.room?.name).toBe('lobby');
    await world.run((await world.device(bob)).peer.request('leaveRoom', { room: named('tea') }));
    expect(await refusal(read(bob, tea))).toBe(ErrorCode.PERMISSION_DENIED);
    expect(await refusal(read(bob, cellar))).toBe(ErrorCode.NOT_FOUND);
    expect(await refusal(read(bob, 999))).toBe(ErrorCode.NOT_FOUND);
    const { members } = await world.run(alice.peer.request('listMembers', { room: named('tea') }));
    expect(members.map(({ user }) => user?.name)).toEqual(['alice']);
  });

  test('[ROOM-6] nothing of a user comes after their leaving, however it is timed; the stream stops', async () => {
    const tea = await room(alice);
    await join(bob, 'tea');
    await follow(bob, stream(tea));
    const sent = (count: number) =>
      Array.from({ length: count }, (_, index) => refusal(send(bob, tea, `${index}`)));
    const before = sent(5);
    const leaving = world.run(bob.peer.request('leaveRoom', { room: named('tea') }));
    const outcomes = await Promise.all([...before, ...sent(20)]);
    await leaving;
    expect(await refusal(send(bob, tea, 'one more thing'))).toBe(ErrorCode.PERMISSION_DENIED);
    expect(outcomes.slice(0, 5)).toEqual(Array.from({ length: 5 }));
    const { events } = await world.run(alice.peer.request('readHistory', { stream: stream(tea) }));
    const last = events.findLast(({ sender }) => sender === bob.number);
    expect(EventKind[last?.kind ?? 0]).toBe('MEMBER_LEFT');
    const seen = bob.peer.eventsOf(stream(tea)).length;
    await send(alice, tea, 'bob is gone');
    await world.clock.advance(10);
    expect(bob.peer.eventsOf(stream(tea))).toHaveLength(seen);
  });

  test('a name in use is refused, whatever its case; lists show public rooms and one’s own', async () => {
    await room(alice, 'tea');
    await room(alice, 'hidden', true);
    expect(await refusal(world.run(bob.peer.request('createRoom', { name: 'Tea' })))).toBe(
      ErrorCode.NAME_TAKEN,
    );
    expect(await refusal(world.run(bob.peer.request('createRoom', { name: '12' })))).toBe(
      ErrorCode.NAME_INVALID,
    );
    const names = async ({ peer }: LoggedIn) =>
      (await world.run(peer.request('listRooms', {}))).rooms.map(({ room: listed, joined }) => [
        listed?.name,
        joined,
      ]);
    expect(await names(bob)).toEqual([
      ['lobby', true],
      ['tea', false],
    ]);
    expect(await names(alice)).toEqual([
      ['lobby', true],
      ['tea', true],
      ['hidden', true],
    ]);
  });
});

describe('sending (M1, M2, M7)', () => {
  test('[SEND-2] the same client message id is accepted once', async () => {
    const tea = await room(alice);
    const id = world.random.bytes(16);
    const first = await send(alice, tea, 'once', id);
    const again = await send(alice, tea, 'once', id);
    expect([again.sequence, again.timeMs, again.duplicate]).toEqual([first.sequence, first.timeMs, true]);
    const { head } = await world.run(alice.peer.request('readHistory', { stream: stream(tea) }));
    expect(head).toBe(3);
  });

  test('[SEND-2] what was accepted is never refused later, also after leaving', async () => {
    const tea = await room(alice);
    await join(bob, 'tea');
    const id = world.random.bytes(16);
    const first = await send(bob, tea, 'before I go', id);
    await world.run(bob.peer.request('leaveRoom', { room: named('tea') }));
    expect(await send(bob, tea, 'before I go', id)).toMatchObject({
      sequence: first.sequence,
      duplicate: true,
    });
    expect(await refusal(send(bob, tea, 'something new'))).toBe(ErrorCode.PERMISSION_DENIED);
  });

  test('[SEND-3] messages sent without waiting keep their order', async () => {
    const tea = await room(alice);
    const accepted = await Promise.all(
      Array.from({ length: 50 }, (_, index) => send(alice, tea, `${index}`)),
    );
    expect(accepted.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 50 }, (_, index) => index + 3),
    );
  });

  test('[SEND-4] [ROOM-4] every recipient has an outcome; strict sends nothing unless all are online', async () => {
    const cam = await world.user('cam');
    await follow(bob, bob.number * 4 + 1);
    cam.peer.connection.close();
    await world.clock.advance(10);
    const recipients = [
      named('bob'),
      { reference: { case: 'number' as const, value: cam.number } },
      named('nobody'),
    ];
    const message = { recipients, clientMessageId: world.random.bytes(16), content: text('hi') };
    expect(await refusal(world.run(alice.peer.request('sendDirect', { ...message, strict: true })))).toBe(
      ErrorCode.RECIPIENT_OFFLINE,
    );
    const { outcomes } = await world.run(alice.peer.request('sendDirect', message));
    expect(outcomes.map(({ delivery }) => Delivery[delivery])).toEqual(['DELIVERED', 'QUEUED', 'UNKNOWN']);
    const again = await world.run(alice.peer.request('sendDirect', message));
    expect(again.outcomes.map(({ accepted }) => accepted?.duplicate)).toEqual([true, true, undefined]);
    const back = await world.run(
      bob.peer.request('sendDirect', { ...message, recipients: [named('alice')] }),
    );
    expect(back.outcomes[0]?.accepted?.room).toBe(outcomes[0]?.accepted?.room ?? -1);
    expect(bob.peer.eventsOf(bob.number * 4 + 1)).toHaveLength(1);
  });

  test('[SEND-5] blank, oversized and malformed content is refused, and the connection stays', async () => {
    const clientMessageId = world.random.bytes(16);
    const cases: [Uint8Array, Uint8Array, ErrorCode][] = [
      [text('  \n'), clientMessageId, ErrorCode.CONTENT_INVALID],
      [new Uint8Array(0), clientMessageId, ErrorCode.CONTENT_INVALID],
      [Uint8Array.of(0xff, 0xff), clientMessageId, ErrorCode.MALFORMED_FRAME],
      [text('x'.repeat(16_384)), clientMessageId, ErrorCode.CONTENT_TOO_LARGE],
      [text('x'), new Uint8Array(15), ErrorCode.ARGUMENT_INVALID],
    ];
    for (const [content, id, code] of cases) {
      const request = alice.peer.request('sendMessage', { room: 1, clientMessageId: id, content });
      expect(await refusal(world.run(request))).toBe(code);
    }
    expect((await send(alice, 1, 'fine')).sequence).toBe(1);
  });
});

describe('delivery (M5, M6)', () => {
  test('[DELIVERY-1] backfill, cutover, live: every event once, in order', async () => {
    const tea = await room(alice);
    for (let count = 0; count < 450; count++) await send(alice, tea, `old ${count}`);
    await join(bob, 'tea');
    await follow(bob, stream(tea));
    await Promise.all(Array.from({ length: 20 }, (_, index) => send(alice, tea, `new ${index}`)));
    await world.clock.advance(50);
    const sequences = bob.peer.eventsOf(stream(tea)).map(({ sequence }) => sequence);
    expect(sequences).toEqual(Array.from({ length: 473 }, (_, index) => index + 1));
  });

  test('[DELIVERY-2] a reader that does not read costs a cursor, and gets everything when it reads again', async () => {
    const tea = await room(alice);
    await join(bob, 'tea');
    await follow(bob, stream(tea));
    world.network.pauseReading(bob.peer.connection, true);
    const body = 'x'.repeat(15_000);
    for (let count = 0; count < 200; count++) await send(alice, tea, `${count} ${body}`);
    world.network.pauseReading(bob.peer.connection, false);
    await world.clock.advance(200);
    const sequences = bob.peer.eventsOf(stream(tea)).map(({ sequence }) => sequence);
    expect(sequences).toEqual(Array.from({ length: 203 }, (_, index) => index + 1));
  });

  test('[DELIVERY-3] cursors from the future, of another log, of others’ inboxes are refused', async () => {
    expect(await refusal(follow(alice, stream(1), 1))).toBe(ErrorCode.CURSOR_INVALID);
    expect(await refusal(follow(alice, bob.number * 4 + 1))).toBe(ErrorCode.NOT_FOUND);
    expect(await refusal(follow(alice, 3))).toBe(ErrorCode.NOT_FOUND);
    const other = alice.peer.request('subscribe', { logIncarnation: 'another', cursors: [] });
    expect(await refusal(world.run(other))).toBe(ErrorCode.LOG_REPLACED);
  });

  test('[DELIVERY-5] history pages are bounded by count and by bytes', async () => {
    const tea = await room(alice);
    for (let count = 0; count < 40; count++) await send(alice, tea, 'y'.repeat(10_000));
    const page = await world.run(alice.peer.request('readHistory', { stream: stream(tea), limit: 200 }));
    expect(page.events.length).toBeGreaterThan(1);
    expect(page.events.length).toBeLessThan(12);
    expect(page.events.at(-1)?.sequence).toBe(42);
    const first = page.events[0]?.sequence ?? 0;
    const before = await world.run(
      alice.peer.request('readHistory', { stream: stream(tea), before: first, limit: 3 }),
    );
    expect(before.events.map(({ sequence }) => sequence)).toEqual([first - 3, first - 2, first - 1]);
  });
});

describe('receipts and presence (M6, M8)', () => {
  test('[RECEIPT-1] acknowledgements move cursors forward only, and others are told', async () => {
    const tea = await room(alice);
    await join(bob, 'tea');
    for (const user of [alice, bob]) await follow(user, stream(tea));
    await send(alice, tea, 'hello');
    bob.peer.notify('acknowledge', { progress: [{ stream: stream(tea), delivered: 4, read: 4 }] });
    bob.peer.notify('acknowledge', { progress: [{ stream: stream(tea), delivered: 2, read: 1 }] });
    await world.clock.advance(300);
    expect(alice.peer.pushed('receipts').flatMap(({ receipts }) => receipts)).toMatchObject([
      { user: bob.number, delivered: 4, read: 4 },
    ]);
    const membership = await world.store.rooms.membership(bob.session.user.number, tea as RoomNumber);
    expect(membership).toMatchObject({ delivered: 4, read: 4 });
  });

  test('[RECEIPT-1] an acknowledgement for a stream that is not followed changes nothing', async () => {
    const tea = await room(alice);
    const { membership } = await join(bob, 'tea');
    await send(alice, tea, 'one');
    bob.peer.notify('acknowledge', { progress: [{ stream: stream(tea), delivered: 4, read: 4 }] });
    await follow(bob, stream(tea));
    await world.run(bob.peer.request('unsubscribe', { streams: [stream(tea)] }));
    bob.peer.notify('acknowledge', { progress: [{ stream: stream(tea), delivered: 4, read: 4 }] });
    await world.clock.advance(500);
    expect(bob.peer.ended).toBeUndefined();
    const kept = await world.store.rooms.membership(bob.session.user.number, tea as RoomNumber);
    expect(kept).toMatchObject({ delivered: membership?.delivered, read: membership?.read });
  });

  test('[RECEIPT-1] an acknowledgement from the future is an error', async () => {
    await follow(bob, stream(1));
    bob.peer.notify('acknowledge', { progress: [{ stream: stream(1), delivered: 1, read: 0 }] });
    await world.clock.advance(10);
    expect(bob.peer.ended?.code).toBe(ErrorCode.CURSOR_INVALID);
  });

  test('[PRESENCE-1] watchers are told together; last seen is kept; no address is shown', async () => {
    const cam = await world.user('cam');
    const { people } = await world.run(
      alice.peer.request('watchPresence', { users: [bob.number, cam.number, 999] }),
    );
    expect(people.map(({ user, online }) => [user?.name, online])).toEqual([
      ['bob', true],
      ['cam', true],
    ]);
    bob.peer.connection.close();
    cam.peer.connection.abort();
    await world.clock.advance(150);
    const [update, ...rest] = alice.peer.pushed('presenceUpdate');
    expect(rest).toEqual([]);
    expect(update?.people.map(({ online, lastSeenMs }) => [online, lastSeenMs > 0])).toEqual([
      [false, true],
      [false, true],
    ]);
    const roster = await world.run(alice.peer.request('readRoster', { onlineOnly: true }));
    expect(roster.people.map(({ user }) => user?.name)).toEqual(['alice']);
  });
});
