import { describe, expect, test } from 'bun:test';
import { CloseCode, UDP_IDLE_TIMEOUT_MS } from '@sotto/protocol/udp';
import { CLEAN } from './conditions.ts';
import type { Parcel } from './link.ts';
import { SERVER } from './network.ts';
import { connected, connectedIn, DELAY_MS, expectHeard, newWorld, ROUND_TRIP_MS } from './scene.ts';

const RESET_BYTES = 42;
const LINGER_MS = 2_000;

describe('T6 [END-1]: a side that closes', () => {
  for (const who of ['client', 'server'] as const) {
    test(`says what is queued first, and both sides end: ${who}`, () => {
      const pair = connected({}, { lossRate: 0.1 }, { lossRate: 0.1 });
      const side = pair[who];
      const other = pair[who === 'client' ? 'server' : 'client'];
      side.say(2, 3);
      side.say(1, 5);
      side.close(CloseCode.refused, 'close');
      pair.run(5_000);
      expect(other.hasHeard(side)).toBe(true);
      expect(side.end).toMatchObject({ by: 'local', code: CloseCode.refused, reason: 'as it pleases' });
      expect(other.end).toMatchObject({ by: 'peer', code: CloseCode.refused, reason: 'as it pleases' });
      pair.run(10_000);
      expect(pair.world.server.endpoint).toMatchObject({ connections: 0, ids: 0 });
      expect(pair.caller.host.endpoint).toMatchObject({ connections: 0, ids: 0 });
      expect(pair.world.problems).toEqual([]);
    });
  }

  test('takes nothing more from its owner', () => {
    const pair = connected();
    pair.client.close(CloseCode.done, 'close');
    pair.client.say(1, 3);
    pair.run(1_000);
    expect(pair.server.heard[1] ?? 0).toBe(0);
    expect(pair.client.connection.bufferedBytes).toBe(0);
  });

  test('waits 2 s for a peer that does not answer, and no longer', () => {
    const pair = connected();
    pair.caller.site.up.darkUntil = pair.world.queue.now + 60_000;
    pair.client.say(1, 1);
    pair.client.close(CloseCode.done, 'close');
    pair.run(LINGER_MS - 20);
    expect(pair.client.end).toBeUndefined();
    pair.run(40);
    expect(pair.client.end).toMatchObject({ by: 'local', code: CloseCode.done });
  });

  test.each([
    { when: 'before the server has keys', afterMs: 0 },
    { when: 'when the server has keys and the client has not heard of it', afterMs: DELAY_MS + 1 },
  ])('a client that goes at once, $when, leaves nothing at the server', ({ afterMs }) => {
    const world = newWorld();
    const { queue, server } = world;
    const caller = world.call(CLEAN, CLEAN);
    queue.run(queue.now + 2_000, () => caller.side !== undefined);
    queue.run(queue.now + afterMs);
    caller.side?.close(CloseCode.done, 'abort');
    queue.run(queue.now + ROUND_TRIP_MS);
    expect(caller.side?.end).toMatchObject({ by: 'local' });
    expect(server.endpoint.handshakes).toBe(0);
    queue.run(queue.now + 2_000);
    expect(server.endpoint).toMatchObject({ connections: 0, ids: 0 });
    expect(world.problems).toEqual([]);
  });

  test('says close again to what still comes, ever more seldom, and then nothing any more', () => {
    const pair = connected();
    const { caller, client, server, run } = pair;
    let lost = 0;
    let closes = 0;
    let closing = false;
    caller.site.down.drops = () => {
      if (!closing) return false;
      closes++;
      return lost++ < 4;
    };
    closing = true;
    server.close(CloseCode.done, 'abort');
    // Ten packets of a client that has not heard of it.
    for (let count = 0; count < 10; count++) {
      client.say(1, 1);
      run(5);
    }
    run(DELAY_MS);
    // The first, and answers to the 1st, 2nd, 4th and 8th.
    expect(closes).toBe(5);
    run(DELAY_MS + 5);
    expect(client.end).toMatchObject({ by: 'peer', code: CloseCode.done });
    run(5_000);
    expect(closes).toBe(5);
    expect(pair.world.problems).toEqual([]);
  });

  test('answers a peer that has moved where it is now', () => {
    const pair = connected();
    const { caller, client, server, world } = pair;
    caller.site.rebind('host');
    server.close(CloseCode.done, 'abort');
    pair.run(ROUND_TRIP_MS);
    client.say(1, 1);
    pair.run(ROUND_TRIP_MS + 2);
    expect(client.end).toMatchObject({ by: 'peer', code: CloseCode.done });
    expect(world.problems).toEqual([]);
  });
});

test('T6 [END-2]: every code and the reason reach the other side', () => {
  for (const code of Object.values(CloseCode)) {
    const pair = connected();
    pair.server.close(code, 'abort');
    pair.run(1_000);
    expect(pair.client.end).toEqual({ by: 'peer', code, reason: 'as it pleases', established: true });
    expect(pair.server.end).toEqual({ by: 'local', code, reason: 'as it pleases', established: true });
  }
});

describe('T6 [END-3]: silence', () => {
  test('ends a connection on both sides after 60 s, and nothing keeps it alive but what is said', () => {
    const pair = connected();
    const { client, server, run } = pair;
    const sent = pair.world.packets;
    run(UDP_IDLE_TIMEOUT_MS - 2_000);
    expect(pair.world.packets).toBe(sent);
    expect(client.end).toBeUndefined();
    client.say(1, 1);
    run(UDP_IDLE_TIMEOUT_MS - 500);
    expect(client.end).toBeUndefined();
    run(1_000);
    for (const { end } of [client, server])
      expect(end).toMatchObject({ by: 'timeout', code: CloseCode.done, established: true });
    expect(pair.world.server.endpoint).toMatchObject({ connections: 0, ids: 0 });
    expect(pair.world.problems).toEqual([]);
  });

  test('is also what damaged and repeated packets are', () => {
    const pair = connected();
    const { world, run, server, client } = pair;
    pair.caller.site.up.darkUntil = world.queue.now + 100_000;
    const parcels = world.network.recorded.filter(({ to }) => to === SERVER);
    for (let count = 0; count < 80; count++) {
      for (const parcel of parcels) world.network.toServer(parcel);
      run(1_000);
    }
    expect(server.end).toMatchObject({ by: 'timeout' });
    expect(client.end).toMatchObject({ by: 'timeout' });
  });
});

describe('T6 [RESET-1] [RESET-2] [RESET-3]: a server that was started anew', () => {
  test('tells clients of the one before, and they end at once and say nothing more', () => {
    const pair = connected();
    const { world, caller, client, run } = pair;
    let resets = 0;
    world.restartServer();
    caller.site.down.changes = (parcel) => {
      expect(parcel.bytes.length).toBe(RESET_BYTES);
      expect((parcel.bytes[0] ?? 0) >> 5).toBe(0b010);
      resets++;
      return parcel;
    };
    client.say(1, 1);
    run(ROUND_TRIP_MS + 1);
    expect(client.end).toMatchObject({ by: 'reset', established: true });
    expect(resets).toBe(1);
    const sent = caller.site.up.counts.sent;
    run(5_000);
    expect(caller.site.up.counts.sent).toBe(sent);
    expect(caller.host.endpoint).toMatchObject({ connections: 0, ids: 0 });
    expect(world.problems).toEqual([]);
    // It dials anew.
    expectHeard(connectedIn(world));
  });

  test('answers nothing that is shorter than 43 bytes, and at most 1,000 a second', () => {
    const world = newWorld();
    const stray = new Uint8Array(43).fill(0x51);
    const answered = (bytes: Uint8Array) => {
      const before = world.server.endpoint.counters.resets;
      world.network.toServer({ bytes, from: '203.0.113.1|1', to: SERVER, content: undefined });
      world.queue.run(world.queue.now + 0.1);
      return world.server.endpoint.counters.resets > before;
    };
    expect(answered(stray)).toBe(true);
    expect(answered(stray.slice(0, 42))).toBe(false);
    let count = 1;
    for (let packets = 0; packets < 3_000; packets++) if (answered(stray)) count++;
    expect(count).toBe(1_000);
    world.queue.run(world.queue.now + 1_000);
    expect(answered(stray)).toBe(true);
    expect(world.problems).toEqual([]);
  });
});

describe('T6 [RESET-3]: what is no reset', () => {
  test('blind ones, those for another connection, and the token of an ID no longer used', () => {
    const world = newWorld();
    const first = connectedIn(world);
    const second = connectedIn(world);
    const oldReset: Uint8Array[] = [];
    let old: Parcel | undefined;
    first.caller.site.up.drops = (parcel) => {
      old ??= parcel;
      return false;
    };
    first.client.say(1, 1);
    first.run(500);
    if (old === undefined) throw new Error('it said nothing');
    // The ID is used no more once the client has moved.
    first.caller.migrate();
    first.client.say(1, 1);
    first.run(5_000);
    world.network.tap = ({ bytes, to }) => {
      if (to === '203.0.113.5|5') oldReset.push(bytes);
    };
    world.network.toServer({ ...old, from: '203.0.113.5|5' });
    first.run(10);
    expect(oldReset).toHaveLength(1);
    const blind = new Uint8Array(RESET_BYTES).fill(0x4a);
    for (const bytes of [blind, ...oldReset])
      for (const { caller } of [first, second])
        world.network.toClient({ bytes, from: SERVER, to: caller.address, content: undefined });
    for (const pair of [first, second]) {
      pair.client.say(1, 2);
      pair.run(500);
      expectHeard(pair);
    }
  });

  test('two servers without memory do not answer each other for ever', () => {
    const world = newWorld();
    const before = world.server.endpoint.counters.resets;
    let bytes = new Uint8Array(100).fill(0x47);
    let answer: Uint8Array | undefined;
    world.network.tap = (parcel) => {
      answer = parcel.bytes;
    };
    let rounds = 0;
    for (; rounds < 10; rounds++) {
      answer = undefined;
      world.network.toServer({ bytes, from: '203.0.113.1|1', to: SERVER, content: undefined });
      world.queue.run(world.queue.now + 1);
      if (answer === undefined) break;
      bytes = new Uint8Array(answer);
    }
    expect(rounds).toBe(1);
    expect(world.server.endpoint.counters.resets).toBe(before + 1);
  });
});
