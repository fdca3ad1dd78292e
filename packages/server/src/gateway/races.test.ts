/** What clients send without waiting for answers, and connections that end while something is under way. */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { LOBBY, roomStream } from '@sotto/model';
import { encode, frames, NO_BINDING, PROTOCOL_VERSIONS, proofInput } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { Peer } from '../testing/peer.ts';
import type { SeededSession } from '../testing/seed.ts';
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

/** Resumes a session whatever this side's state is. */
function resume(peer: Peer, transcript: Uint8Array, { token, sign }: SeededSession) {
  const hash = new Uint8Array(createHash('sha256').update(transcript).digest());
  const signature = sign(proofInput('sotto/1 resume', hash, NO_BINDING));
  return peer.request('resume', { token, signature });
}

async function online(user: LoggedIn): Promise<boolean | undefined> {
  const { people } = await world.run(alice.peer.request('watchPresence', { users: [user.number] }));
  return people[0]?.online;
}

describe('logging in', () => {
  test('[STATE-2] of two sessions resumed at once on one connection it speaks for one', async () => {
    const peer = await world.connect();
    const { transcript } = peer.session;
    const both = [alice.session, bob.session].map((session) => resume(peer, transcript, session));
    expect(await world.run(Promise.all(both.map(refusal)))).toEqual([
      undefined,
      ErrorCode.NOT_ALLOWED_IN_STATE,
    ]);
    const { user } = await world.run(peer.request('statusRequest', {}));
    expect(user).toBe(alice.number);
    peer.connection.close();
    await world.clock.advance(200);
    alice = await world.device(alice);
    expect(await online(bob)).toBe(true);
  });

  test('[PRESENCE-1] a login that its connection does not live to see takes nobody offline', async () => {
    const { session, peer: earlier } = await world.device(bob);
    earlier.connection.abort();
    const peer = await world.connect();
    const resumed = refusal(resume(peer, peer.session.transcript, session)).catch(() => 'closed');
    const { lane } = frames.close;
    peer.connection.send(lane, encode(PROTOCOL_VERSIONS[0] ?? 1, 'close', 0, {}));
    await world.run(resumed);
    await world.clock.advance(200);
    expect(await online(bob)).toBe(true);
  });

  test('[SESSION-2] a resume that was overtaken while it was prepared ends nothing', async () => {
    const { memberships } = world.store.rooms;
    const { promise, resolve } = Promise.withResolvers<void>();
    let held = 0;
    world.store.rooms.memberships = async (user) => {
      if (held++ === 0) await promise;
      return memberships(user);
    };
    const slow = await world.connect();
    const overtaken = refusal(resume(slow, slow.session.transcript, alice.session));
    await world.clock.advance(5);
    const newer = await world.device(alice, alice.session);
    resolve();
    expect(await world.run(overtaken)).toBe(ErrorCode.SESSION_TAKEN_OVER);
    await world.clock.advance(10);
    expect(newer.peer.ended).toBeUndefined();
  });

  test('[SESSION-6] a log-out that storage fails at leaves no connection that nothing can end', async () => {
    world.store.accounts.revokeSession = () => Promise.reject(new Error('disk'));
    await refusal(world.run(bob.peer.request('logout', {})));
    await world.clock.advance(10);
    expect(bob.peer.ended?.code).toBe(ErrorCode.INTERNAL);
    expect(world.errors.splice(0)).toHaveLength(1);
  });
});

describe('stopping (O2)', () => {
  test('[PRESENCE-1] whoever is online when the server stops was last seen then', async () => {
    await world.clock.advance(60_000 - (world.clock.now() % 1_000));
    const now = world.clock.now();
    await world.run(world.core.stop());
    const record = await world.store.accounts.userByNumber(bob.session.user.number);
    expect(record?.lastSeenMs).toBeGreaterThanOrEqual(now);
    world.store.accounts.saveLastSeen = () => Promise.reject(new Error('the store is closed by now'));
    await world.clock.advance(20_000);
    expect(bob.peer.ended?.code).toBe(ErrorCode.SHUTTING_DOWN);
  });

  test('the server stops also where storage takes nothing any more', async () => {
    await world.run(bob.peer.request('subscribe', { cursors: [{ stream: roomStream(LOBBY), after: 0 }] }));
    bob.peer.notify('acknowledge', { progress: [{ stream: roomStream(LOBBY), delivered: 0, read: 0 }] });
    await world.clock.advance(1);
    const { rooms, accounts } = world.store;
    const { saveProgress } = rooms;
    const { saveLastSeen } = accounts;
    rooms.saveProgress = () => Promise.reject(new Error('disk full'));
    accounts.saveLastSeen = () => Promise.reject(new Error('disk full'));
    await world.run(world.core.stop());
    await world.clock.advance(20_000);
    expect(world.errors.splice(0)).toHaveLength(2);
    Object.assign(rooms, { saveProgress });
    Object.assign(accounts, { saveLastSeen });
  });
});
