/** One session, several connections: which of them has it, and what becomes of the others (T12, T14). */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { create, toBinary } from '@bufbuild/protobuf';
import { GENERATION_MAX, GENERATION_STEP_MAX, type RoomNumber, roomStream } from '@sotto/model';
import { ContentSchema, ErrorCode, EventKind } from '@sotto/schema';
import fc from 'fast-check';
import type { Peer } from '../testing/peer.ts';
import { createWorld, type LoggedIn, refusal, type World } from '../testing/world.ts';

let world: World;
let alice: LoggedIn;
let bob: LoggedIn;
/** Of alice's first connection. */
let present: number;

beforeEach(async () => {
  world = await createWorld();
  alice = await world.user('alice');
  bob = await world.user('bob');
  present = alice.granted.generation;
});

afterEach(async () => {
  await world.close();
  expect(world.errors).toEqual([]);
});

const message = (value: string) => ({
  clientMessageId: world.random.bytes(16),
  content: toBinary(ContentSchema, create(ContentSchema, { content: { case: 'plain', value } })),
});

const status = (peer: Peer) => world.run(peer.request('statusRequest', {}));

/** A new connection of alice's that names this generation, with the token that she had first. */
async function resume(generation = 0): Promise<Peer> {
  const peer = await world.connect();
  await world.run(peer.resume(alice.session, generation));
  return peer;
}

const messagesTo = (peer: Peer, stream: number) =>
  peer.eventsOf(stream).filter(({ kind }) => kind === EventKind.MESSAGE);

/** Both are in it and follow it. */
async function room() {
  const { membership } = await world.run(bob.peer.request('createRoom', { name: 'tea' }));
  const number = membership?.room?.number ?? 0;
  const stream = roomStream(number as RoomNumber);
  await world.run(alice.peer.request('joinRoom', { room: { reference: { case: 'number', value: number } } }));
  for (const { peer } of [alice, bob])
    await world.run(peer.request('subscribe', { cursors: [{ stream, after: 0 }] }));
  return { number, stream };
}

/** The next call of this store method waits until `release`. */
function holdMemberships() {
  const { rooms } = world.store;
  const { memberships } = rooms;
  const { promise, resolve } = Promise.withResolvers<void>();
  rooms.memberships = async (user) => {
    rooms.memberships = memberships;
    await promise;
    return memberships(user);
  };
  return { release: resolve };
}

describe('which connection has the session (T12)', () => {
  test('[SESSION-8] a Resume on a connection given up meanwhile comes late and disturbs nothing', async () => {
    const abandoned = await world.connect();
    const newer = await resume(present + 2);
    const late = refusal(abandoned.resume(alice.session, present + 1));
    expect(await world.run(late)).toBe(ErrorCode.SESSION_TAKEN_OVER);
    await world.clock.advance(5_000);
    expect(newer.ended).toBeUndefined();
    expect(await status(newer)).toMatchObject({ generation: present + 2, user: alice.number });
    // Nor did it use up the token that the newer connection came with.
    expect((await status(await resume(present + 3))).generation).toBe(present + 3);
  });

  test('[SESSION-8] of two at once the greater generation has it, whichever is committed first', async () => {
    for (const [step, newerFirst] of [
      [2, false],
      [4, true],
    ] as const) {
      const [older, newer] = [await world.connect(), await world.connect()];
      const resumeOlder = () => refusal(older.resume(alice.session, present + step - 1));
      const resumeNewer = () => refusal(newer.resume(alice.session, present + step));
      const [first, second] = newerFirst ? [resumeNewer(), resumeOlder()] : [resumeOlder(), resumeNewer()];
      const codes = await world.run(Promise.all([first, second]));
      await world.clock.advance(5_000);
      // Whoever was first is told so; the older one does not keep it.
      expect(codes).toEqual([undefined, newerFirst ? ErrorCode.SESSION_TAKEN_OVER : undefined]);
      expect(older.ended?.code).toBe(newerFirst ? undefined : ErrorCode.SESSION_TAKEN_OVER);
      expect(newer.ended).toBeUndefined();
      expect((await status(newer)).generation).toBe(present + step);
    }
  });

  test('[SESSION-8] so it is where what was committed first is told last', async () => {
    const { accounts } = world.store;
    const { rotateSession } = accounts;
    const { promise, resolve } = Promise.withResolvers<void>();
    accounts.rotateSession = async (rotation) => {
      const result = await rotateSession(rotation);
      if (rotation.generation === present + 1) await promise;
      return result;
    };
    const slow = await world.connect();
    const older = refusal(slow.resume(alice.session, present + 1));
    await world.clock.advance(10);
    const newer = await resume(present + 2);
    resolve();
    expect(await world.run(older)).toBe(ErrorCode.SESSION_TAKEN_OVER);
    expect((await status(newer)).generation).toBe(present + 2);
  });

  test('[SESSION-8] one that was overtaken while it was prepared does not get it back, even from nobody', async () => {
    const held = holdMemberships();
    const slow = await world.connect();
    const overtaken = refusal(slow.resume(alice.session, present + 1));
    await world.clock.advance(10);
    const newer = await resume(present + 2);
    newer.connection.abort();
    await world.clock.advance(10);
    held.release();
    expect(await world.run(overtaken)).toBe(ErrorCode.SESSION_TAKEN_OVER);
    expect((await status(await resume(present + 3))).generation).toBe(present + 3);
  });

  test('[SESSION-3] grants that never arrive cost nothing', async () => {
    const lost: Peer[] = [];
    for (const generation of [1, 2, 3].map((step) => present + step)) {
      const peer = await world.connect();
      lost.push(peer);
      void refusal(peer.resume(alice.session, generation)).catch(() => {});
      await world.clock.advance(0);
      world.network.vanish(peer.connection);
      await world.clock.advance(1_000);
    }
    const arrived = await resume(present + 4);
    expect((await status(arrived)).generation).toBe(present + 4);
    expect(lost.map(({ pushes }) => pushes)).toEqual([[], [], []]);
  });

  test('[SESSION-8] a generation never goes down, whatever clients name', async () => {
    const anyGeneration = fc.oneof(
      fc.integer({ min: -3, max: 3 }).map((step) => (of: number) => Math.max(0, of + step)),
      fc.integer({ min: 0, max: GENERATION_MAX }).map((named) => () => named),
      fc.constant((of: number) => Math.min(of + GENERATION_STEP_MAX + 1, GENERATION_MAX)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(anyGeneration, { maxLength: 6 }), async (names) => {
        for (const name of names) {
          const { generation: before } = await status(alice.peer);
          const named = name(before);
          const peer = await world.connect();
          const code = await world.run(refusal(peer.resume(alice.session, named)));
          const taken = named === 0 || (named > before && named <= before + GENERATION_STEP_MAX);
          expect(code === undefined).toBe(taken);
          if (taken) {
            // Its own token is not used, so that the first one lives on.
            alice = { ...alice, peer };
            expect((await status(peer)).generation).toBe(named === 0 ? before + 1 : named);
          } else {
            expect((await status(alice.peer)).generation).toBe(before);
            peer.connection.close();
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('the connection that had it (T12, T14)', () => {
  test('[SESSION-9] is closed at once, and nothing that comes on it is processed', async () => {
    const { number, stream } = await room();
    // Its client is not told yet, and goes on sending.
    world.network.pauseReading(alice.peer.connection, true);
    const newer = await resume();
    const late = refusal(alice.peer.request('sendMessage', { room: number, ...message('late') }));
    await world.clock.advance(100);
    world.network.pauseReading(alice.peer.connection, false);
    expect(await world.run(late)).toBe(ErrorCode.SESSION_TAKEN_OVER);
    expect(alice.peer.ended?.code).toBe(ErrorCode.SESSION_TAKEN_OVER);
    const { events } = await world.run(newer.request('readHistory', { stream }));
    expect(events.length).toBeGreaterThan(0);
    expect(events.filter(({ kind }) => kind === EventKind.MESSAGE)).toEqual([]);
  });

  test('[SESSION-9] also when it does not read, with more waiting than it may', async () => {
    const { number, stream } = await room();
    world.network.pauseReading(alice.peer.connection, true);
    const text = 'x'.repeat(16_000);
    for (let count = 0; count < 120; count++)
      void bob.peer.request('sendMessage', { room: number, ...message(text) });
    await world.clock.advance(1_000);
    const newer = await resume();
    await world.run(newer.request('subscribe', { cursors: [{ stream, after: 100 }] }));
    const late = refusal(alice.peer.request('sendMessage', { room: number, ...message('late') })).catch(
      () => 'gone',
    );
    await world.clock.advance(1_000);
    expect(newer.eventsOf(stream).map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: newer.eventsOf(stream).length }, (_, index) => 101 + index),
    );
    const senders = messagesTo(bob.peer, stream).map(({ sender }) => sender);
    expect([...new Set(senders)]).toEqual([bob.number]);
    await world.clock.advance(2_000);
    world.network.pauseReading(alice.peer.connection, false);
    await world.clock.advance(10);
    expect(alice.peer.closeReason).toBeDefined();
    expect(await late).not.toBeUndefined();
  });

  test('[SESSION-9] in the middle of requests: what waits is not begun, what was taken is finished once', async () => {
    const { number, stream } = await room();
    const { accounts } = world.store;
    const { users } = accounts;
    const { promise, resolve } = Promise.withResolvers<void>();
    let begun = 0;
    accounts.users = async (after, limit) => {
      begun++;
      await promise;
      return users(after, limit);
    };
    const sent = message('on its way');
    const waiting = [
      ...Array.from({ length: 50 }, () => alice.peer.request('readRoster', { limit: 1 })),
      alice.peer.request('sendMessage', { room: number, ...sent }),
    ].map((request) => refusal(request));
    await world.clock.advance(1);
    const newer = await resume();
    resolve();
    const codes = await world.run(Promise.all(waiting));
    expect(new Set(codes.slice(0, 50))).toEqual(new Set([ErrorCode.SESSION_TAKEN_OVER]));
    await world.clock.advance(1_000);
    expect(begun).toBe(1);
    const again = await world.run(newer.request('sendMessage', { room: number, ...sent }));
    const messages = messagesTo(bob.peer, stream);
    expect(messages.map(({ sequence }) => sequence)).toEqual([again.sequence]);
  });

  test('[SESSION-9] [DELIVERY-1] the new one follows from where its client stands, without gap or double', async () => {
    const { number, stream } = await room();
    await world.run(bob.peer.request('sendMessage', { room: number, ...message('before') }));
    await world.clock.advance(10);
    const seen = alice.peer.eventsOf(stream).at(-1)?.sequence ?? 0;
    const newer = await resume();
    const { sequence } = await world.run(
      bob.peer.request('sendMessage', { room: number, ...message('between') }),
    );
    await world.run(newer.request('subscribe', { cursors: [{ stream, after: seen }] }));
    await world.run(bob.peer.request('sendMessage', { room: number, ...message('after') }));
    await world.clock.advance(10);
    expect(newer.eventsOf(stream).map((event) => event.sequence)).toEqual([sequence, sequence + 1]);
  });

  test('[SESSION-9] [PRESENCE-1] a user whose session moves is online all the while', async () => {
    await world.run(bob.peer.request('watchPresence', { users: [alice.number] }));
    await world.clock.advance(1_000);
    bob.peer.pushes.length = 0;
    const before = await world.store.accounts.userByNumber(alice.session.user.number);
    for (let moves = 0; moves < 5; moves++) {
      const held = holdMemberships();
      const peer = await world.connect();
      const resumed = peer.resume(alice.session);
      // Long enough for the old connection to be gone before the new one is answered.
      await world.clock.advance(3_000);
      held.release();
      await world.run(resumed);
      await world.clock.advance(1_000);
    }
    expect(bob.peer.pushed('presenceUpdate')).toEqual([]);
    await world.clock.advance(60_000);
    const after = await world.store.accounts.userByNumber(alice.session.user.number);
    expect(after?.lastSeenMs).toBe(before?.lastSeenMs ?? -1);
  });

  test('[SESSION-9] a connection that could not be told of its session does not keep it', async () => {
    const { rooms } = world.store;
    const { memberships } = rooms;
    rooms.memberships = () => Promise.reject(new Error('disk'));
    const peer = await world.connect();
    expect(await world.run(refusal(peer.resume(alice.session)))).toBe(ErrorCode.INTERNAL);
    await world.clock.advance(10);
    expect(peer.ended?.code).toBe(ErrorCode.INTERNAL);
    expect(world.errors.splice(0)).toHaveLength(1);
    rooms.memberships = memberships;
    expect(await status(await resume())).toMatchObject({ user: alice.number });
  });

  test('[SESSION-6] a session that is ended while its resume is prepared is not granted', async () => {
    const held = holdMemberships();
    const peer = await world.connect();
    const resumed = refusal(peer.resume(alice.session));
    await world.clock.advance(10);
    await world.store.accounts.revokeSession(alice.session.sessionId, world.clock.now());
    await world.clock.advance(2_000);
    held.release();
    expect(await world.run(resumed)).toBe(ErrorCode.SESSION_REVOKED);
  });
});

describe('who is who (T14)', () => {
  test('[SESSION-10] users behind one address are told apart, also where one has silently gone', async () => {
    const { number, stream } = await room();
    // All connections of this network have one address.
    world.network.vanish(alice.peer.connection);
    const cam = await world.user('cam');
    expect((await status(cam.peer)).user).toBe(cam.number);
    const back = await resume();
    expect((await status(back)).user).toBe(alice.number);
    await world.run(back.request('sendMessage', { room: number, ...message('alice') }));
    expect(
      await refusal(world.run(cam.peer.request('sendMessage', { room: number, ...message('cam') }))),
    ).toBe(ErrorCode.PERMISSION_DENIED);
    await world.clock.advance(10);
    const messages = messagesTo(bob.peer, stream);
    expect(messages.map(({ sender }) => sender)).toEqual([alice.number]);
    expect([cam.peer.ended, back.ended]).toEqual([undefined, undefined]);
  });
});
