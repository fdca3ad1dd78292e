import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { LOBBY, roomStream } from '@sotto/model';
import { BODY_MAX_BYTES_BEFORE_LOGIN, CHAT_LANE, encode, HEADER_BYTES } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { Peer } from '../testing/peer.ts';
import { createWorld, type LoggedIn, refusal, type World } from '../testing/world.ts';

let world: World;
let alice: LoggedIn;

beforeEach(async () => {
  world = await createWorld();
  alice = await world.user('alice');
});

afterEach(async () => {
  await world.close();
  expect(world.errors).toEqual([]);
});

describe('sessions (T11-T14)', () => {
  test('a resumed session takes over at once; the old connection is told why', async () => {
    const again = await world.device(alice, alice.session);
    expect(again.granted.sessionId).toBe(alice.granted.sessionId);
    expect(again.granted.generation).toBe(alice.granted.generation + 1);
    expect(alice.peer.ended?.code).toBe(ErrorCode.SESSION_TAKEN_OVER);
  });

  test('a revoked session ends on its live connection within 2 s, whoever revoked it', async () => {
    await world.store.accounts.revokeSession(alice.session.sessionId, world.clock.now());
    await world.clock.advance(2_000);
    expect(alice.peer.ended?.code).toBe(ErrorCode.SESSION_REVOKED);
  });

  test('logging out ends the session everywhere', async () => {
    await world.run(alice.peer.request('logout', {}));
    await world.clock.advance(10);
    const peer = await world.connect();
    expect(await refusal(world.run(peer.resume(alice.session)))).toBe(ErrorCode.SESSION_REVOKED);
  });

  test('[LOGIN-1] three attempts a connection, then it is closed with a reason (A2)', async () => {
    const peer = await world.connect();
    const attempt = () => world.run(peer.resume({ token: world.random.bytes(32), sign: alice.session.sign }));
    for (let count = 0; count < 3; count++) expect(await refusal(attempt())).toBe(ErrorCode.SESSION_UNKNOWN);
    await world.clock.advance(10);
    expect(peer.ended?.code).toBe(ErrorCode.TOO_MANY_ATTEMPTS);
  });

  test('[LOGIN-2] 60 s without logging in close the connection with a reason', async () => {
    const peer = await world.connect();
    for (let seconds = 0; seconds < 50; seconds += 10) {
      await world.clock.advance(10_000);
      void refusal(peer.request('ping', { sentAtMs: 0 }));
    }
    await world.clock.advance(9_000);
    expect(peer.ended).toBeUndefined();
    await world.clock.advance(2_000);
    expect(peer.ended?.code).toBe(ErrorCode.LOGIN_TIMEOUT);
  });

  test('`status` states connection, session, user and streams (T16)', async () => {
    await world.run(alice.peer.request('subscribe', { cursors: [{ stream: roomStream(LOBBY), after: 0 }] }));
    const status = await world.run(alice.peer.request('statusRequest', {}));
    expect(status).toMatchObject({
      user: alice.number,
      generation: alice.granted.generation,
      transport: 'memory',
    });
    expect(status.streams).toMatchObject([{ stream: 4, cursor: 0, head: 0, live: true }]);
  });
});

test('[FRAME-5] a frame beyond the limit before login closes the connection with a reason', async () => {
  const peer = await world.connect();
  peer.connection.send(CHAT_LANE, encode(1, 'sendMessage', 9, { content: new Uint8Array(5_000) }));
  await world.clock.advance(10);
  expect(peer.ended?.code).toBe(ErrorCode.FRAME_TOO_LARGE);
});

test('[PATH-1] [FRAME-5] Welcome and SessionGranted name the same endpoints, and all fit before login', async () => {
  const endpoints = ['udp', 'quic', 'tls', 'websocket'].map((transport) => ({ transport, port: 65_535 }));
  const served = await createWorld({ endpoints });
  const carol = await served.user('carol');
  expect(carol.granted.endpoints).toMatchObject(endpoints);
  const peer = new Peer(served.clock);
  await served.run(served.network.dial({ name: 'server', events: peer.events }));
  const welcome = await served.run(peer.hello());
  expect(welcome.endpoints).toMatchObject(endpoints);
  const body = encode(0, 'welcome', 1, welcome).length - HEADER_BYTES;
  expect(body).toBeLessThanOrEqual(BODY_MAX_BYTES_BEFORE_LOGIN / 2);
  // The signature covers Welcome as it came, endpoints included [BIND-2].
  const { generation } = await served.run(peer.resume(carol.session));
  expect(generation).toBe(carol.granted.generation + 1);
  await served.close();
});
