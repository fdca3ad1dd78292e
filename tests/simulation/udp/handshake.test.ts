import { describe, expect, test } from 'bun:test';
import { parsePacket } from '@sotto/protocol/testing';
import { CloseCode, UDP_IDLE_TIMEOUT_MS } from '@sotto/protocol/udp';
import { CLEAN } from './conditions.ts';
import { Handmade } from './handmade.ts';
import { connected, expectHeard, newWorld, ROUND_TRIP_MS } from './scene.ts';

const HANDSHAKE_TIMEOUT_MS = 10_000;
const sealed = ([flags = 0x80]: Uint8Array) => flags < 0x80;

describe('T3 T6 [ADMIT-1] [SHAKE-7]: a handshake in which one packet is lost is late, and no more', () => {
  for (const direction of ['up', 'down'] as const) {
    for (let lost = 0; lost < 6; lost++) {
      test(`packet ${lost} ${direction}`, () => {
        const world = newWorld();
        const caller = world.call(CLEAN, CLEAN);
        let sent = 0;
        caller.site[direction].drops = () => sent++ === lost;
        world.queue.run(world.queue.now + 2_000);
        expect(sent).toBeGreaterThan(lost);
        expect(caller.talk?.client?.open).toBe(true);
        expect(caller.talk?.server?.open).toBe(true);
        caller.talk?.client?.say(1, 3);
        caller.talk?.server?.say(1, 3);
        world.queue.run(world.queue.now + HANDSHAKE_TIMEOUT_MS + 1_000);
        expectHeard({ world, caller });
      });
    }
  }
});

test('T3 [SHAKE-7]: without loss it takes three round trips until both ends may speak', () => {
  const world = newWorld();
  const caller = world.call(CLEAN, CLEAN);
  const begin = world.queue.now;
  world.queue.run(begin + 2_000, () => caller.talk?.server !== undefined);
  // Retry, TLS, and the client's last word, which may already be followed by what it has to say.
  expect(world.queue.now - begin).toBeLessThanOrEqual(2.5 * ROUND_TRIP_MS + 5);
});

test('T6 [SHAKE-7]: a client that hears nothing in the keys of the connection gives up after 10 s', () => {
  const world = newWorld();
  const caller = world.call(CLEAN, CLEAN);
  caller.site.down.drops = ({ bytes }) => sealed(bytes);
  world.queue.run(world.queue.now + HANDSHAKE_TIMEOUT_MS - 100);
  expect(caller.alive).toBe(true);
  world.queue.run(world.queue.now + 200);
  expect(caller.side?.end).toMatchObject({ by: 'timeout', code: CloseCode.handshake, established: true });
  // The server cannot know, and waits for its silence.
  world.queue.run(world.queue.now + UDP_IDLE_TIMEOUT_MS);
  expect(caller.talk?.server?.end?.by).toBe('timeout');
  expect(world.server.endpoint.connections).toBe(0);
  expect(world.problems).toEqual([]);
});

test('T6 [SHAKE-7] [ADMIT-6]: where no server answers, the attempt fails after 10 s, and hellos come ever later', () => {
  const world = newWorld();
  const caller = world.call(CLEAN, CLEAN);
  const times: number[] = [];
  caller.site.up.drops = ({ bytes }) => {
    times.push(world.queue.elapsedMs);
    expect(bytes.length).toBe(1_200);
    return true;
  };
  world.queue.run(world.queue.now + 2 * HANDSHAKE_TIMEOUT_MS);
  expect(caller.failed).toMatchObject({ by: 'timeout', code: CloseCode.handshake, established: false });
  expect(caller.failedAt - caller.startedAt).toBeCloseTo(HANDSHAKE_TIMEOUT_MS, 0);
  const gaps = times.slice(1).map((at, index) => Math.round(at - (times[index] ?? 0)));
  expect(gaps.slice(0, 5)).toEqual([250, 375, 563, 844, 1_000]);
  expect(Math.max(...gaps)).toBe(1_000);
  expect(caller.host.endpoint.connections).toBe(0);
});

test('T3 [SHAKE-3] [END-2]: a client that does not trust the certificate says so to both sides', () => {
  const world = newWorld();
  const caller = world.call(CLEAN, CLEAN, { refuses: 'not the server that was meant' });
  world.queue.run(world.queue.now + 1_000);
  expect(caller.failed).toMatchObject({
    by: 'fault',
    code: CloseCode.handshake,
    reason: 'not the server that was meant',
  });
  world.queue.run(world.queue.now + 5_000);
  expect(world.talks).toEqual([]);
  expect(world.server.endpoint.connections).toBe(0);
});

test('T3 [END-2]: a server whose TLS refuses tells the client, which ends at once', () => {
  const world = newWorld({ serverTls: { refuses: 'no common cipher' } });
  const caller = world.call(CLEAN, CLEAN);
  world.queue.run(world.queue.now + 1_000);
  expect(caller.failed).toMatchObject({ by: 'peer', code: CloseCode.handshake, reason: 'no common cipher' });
  world.queue.run(world.queue.now + 5_000);
  expect(world.server.endpoint.connections).toBe(0);
});

test('T3 [SHAKE-7]: what comes before its keys is kept and read when they are there', () => {
  // The server says something in the same breath as its last word of TLS; the client's own TLS is slow.
  const world = newWorld({ tlsMs: 200 });
  const caller = world.call({ ...CLEAN, delayMs: 1 }, { ...CLEAN, delayMs: 1 });
  world.queue.run(world.queue.now + 5_000, () => caller.talk?.client !== undefined);
  const before = world.queue.now;
  caller.talk?.client?.say(1, 5);
  world.queue.run(world.queue.now + 5_000, () => (caller.talk?.server?.heard[1] ?? 0) === 5);
  // The client was complete a step of TLS before the server: its words waited there, and none had to be said again.
  expect(world.queue.now - before).toBeLessThan(410);
  expectHeard({ world, caller });
});

test('T3 [SHAKE-8]: tickets that TLS sends when it is complete disturb nothing', () => {
  const pair = connected({ tls: { sizes: { tickets: 3_000 } } });
  pair.client.say(1, 2);
  pair.server.say(1, 2);
  pair.run(1_000);
  expectHeard(pair);
});

test('T6 [SHAKE-7]: the server says confirmed until the client has heard it', () => {
  const world = newWorld();
  const caller = world.call(CLEAN, CLEAN);
  let confirmed = 0;
  let reading: Handmade | undefined;
  caller.site.down.drops = ({ bytes }) => {
    if (!sealed(bytes)) return false;
    reading ??= new Handmade('client', world.secrets[0] ?? new Uint8Array(64));
    const chunks = reading.read(world.queue.now, bytes)?.chunks ?? [];
    if (!chunks.some(({ kind }) => kind === 'confirmed')) return false;
    return ++confirmed <= 3;
  };
  world.queue.run(world.queue.now + 5_000);
  expect(confirmed).toBe(4);
  expect(caller.talk?.client?.open).toBe(true);
});

test('T4 [SHAKE-7]: a token that was under way for long tells the server nothing of round trips', () => {
  const world = newWorld();
  const caller = world.call(CLEAN, CLEAN);
  const begin = world.queue.now;
  caller.site.up.drops = ({ bytes }) => {
    const packet = parsePacket(bytes);
    return packet.kind === 'handshake' && packet.token.length > 0 && world.queue.now < begin + 6_000;
  };
  world.queue.run(begin + 9_000, () => caller.talk?.server !== undefined);
  const { roundTripMs = 0, roundTripVarianceMs = 0 } = caller.talk?.server?.connection.stats() ?? {};
  expect(roundTripMs).toBeGreaterThan(0);
  expect(roundTripMs + 4 * roundTripVarianceMs).toBeLessThanOrEqual(333 + 4 * 166.5);
});
