import { describe, expect, test } from 'bun:test';
import { type Chunk, type ConnectionId, parsePacket } from '@sotto/protocol/testing';
import { UDP_IDLE_TIMEOUT_MS } from '@sotto/protocol/udp';
import { CLEAN } from './conditions.ts';
import { idOf } from './handmade.ts';
import type { Parcel } from './link.ts';
import {
  connected,
  connectedIn,
  expectHeard,
  newWorld,
  type Pair,
  ROUND_TRIP_MS,
  spokenFor,
} from './scene.ts';

const SPOOFED = '203.0.113.9|9';

interface Seen {
  at: number;
  id: ConnectionId;
  to: string;
  from: string;
  bytes: number;
  chunks: Chunk[];
}

/** All sealed packets of both directions, read. */
function watched(pair: Pair): { up: Seen[]; down: Seen[] } {
  const { world, caller, atServer, atClient } = pair;
  const up: Seen[] = [];
  const down: Seen[] = [];
  const note = (list: Seen[], reader: typeof atServer) => (parcel: Parcel) => {
    const chunks = reader.read(world.queue.now, parcel.bytes)?.chunks ?? [];
    const { from, to, bytes } = parcel;
    list.push({ at: world.queue.now, id: idOf(bytes), from, to, bytes: bytes.length, chunks });
    return parcel;
  };
  caller.site.up.changes = note(up, atServer);
  caller.site.down.changes = note(down, atClient);
  return { up, down };
}

const holds = (kind: Chunk['kind']) => (seen: Seen) => seen.chunks.some((chunk) => chunk.kind === kind);
const idsTo = (seen: readonly Seen[], address: string) =>
  new Set(seen.filter(({ to }) => to === address).map(({ id }) => id));

describe('T6 [ROAM-2] [ROAM-6]: an address that changes under a client', () => {
  for (const kind of ['port', 'host'] as const) {
    test(`another ${kind}: all goes on where it was, and nothing is lost or comes twice`, () => {
      const pair = connected();
      const { client, server, caller, world } = pair;
      const { down } = watched(pair);
      const before = caller.address;
      for (let count = 0; count < 10; count++) {
        client.say(1, 2);
        server.say(1, 2);
        server.say(2, 1);
        if (count === 5) caller.site.rebind(kind);
        pair.run(15);
      }
      pair.run(3_000);
      expectHeard(pair);
      expect(server.connection.path).toBe(caller.address);
      expect(server.connection.stats().pathChanges).toBe(1);
      // [ROAM-3] Nobody can tell by the ID that it is the same connection.
      const old = idsTo(down, before);
      const fresh = idsTo(down, caller.address);
      for (const id of fresh) expect(old.has(id)).toBe(false);
      expect(fresh.size).toBeGreaterThan(0);
      expect(down.some((seen) => holds('challenge')(seen) && seen.to === caller.address)).toBe(true);
      expect(world.network.watch.worst).toBeLessThanOrEqual(3);
    });
  }

  test('many times: there are always fresh IDs, and old ones are forgotten [ROAM-1]', () => {
    const pair = connected();
    const { client, server, caller, world } = pair;
    const { down } = watched(pair);
    const addresses: string[] = [];
    for (let count = 0; count < 30; count++) {
      caller.site.rebind(count % 2 === 0 ? 'host' : 'port');
      addresses.push(caller.address);
      client.say(1, 1);
      server.say(1, 1);
      pair.run(400);
    }
    pair.run(3_000);
    expectHeard(pair);
    expect(server.connection.stats().pathChanges).toBe(30);
    const ids = addresses.flatMap((address) => [...idsTo(down, address)]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(caller.host.endpoint.ids).toBeLessThanOrEqual(4);
    expect(world.server.endpoint.ids).toBeLessThanOrEqual(4);
  });

  test('the congestion window begins anew at another host, and is kept where only the port is another [ROAM-3]', () => {
    for (const kind of ['port', 'host'] as const) {
      const pair = connected();
      const { client, server, caller } = pair;
      server.say(2, 25);
      pair.run(2_000);
      const wide = server.connection.stats().windowBytes;
      expect(wide).toBeGreaterThan(50_000);
      caller.site.rebind(kind);
      client.say(1, 1);
      pair.run(ROUND_TRIP_MS / 2 + 2);
      const { windowBytes, roundTripMs } = server.connection.stats();
      if (kind === 'port') expect(windowBytes).toBe(wide);
      else {
        expect(windowBytes).toBeLessThanOrEqual(12_000);
        expect(roundTripMs).toBe(333);
      }
      pair.run(3_000);
      expectHeard(pair);
    }
  });

  test('a challenge is answered on its path, in a packet padded where the 3 times allow it [ROAM-4]', () => {
    const pair = connected();
    const { client, caller } = pair;
    const { up, down } = watched(pair);
    caller.site.rebind('host');
    client.say(2, 1);
    pair.run(1_000);
    expectHeard(pair);
    const challenges = down.filter(holds('challenge'));
    expect(challenges.length).toBeGreaterThan(0);
    for (const { to, bytes } of challenges) {
      expect(to).toBe(caller.address);
      expect(bytes).toBeGreaterThan(1_150);
    }
    const data = challenges.flatMap(({ chunks }) => chunks).find(({ kind }) => kind === 'challenge');
    const answers = up.filter(holds('response')).flatMap(({ chunks }) => chunks);
    expect(answers).toContainEqual({ ...data, kind: 'response' } as Chunk);
  });
});

describe('T6 [ROAM-1]: connection IDs', () => {
  test('that were lost on the way are told again', () => {
    const world = newWorld();
    const caller = world.call(CLEAN, CLEAN);
    // Whatever either side says first in the keys of the connection is lost: IDs are among it.
    const lost = { up: 0, down: 0 };
    for (const way of ['up', 'down'] as const)
      caller.site[way].drops = ({ bytes: [flags = 0x80] }) => flags < 0x80 && lost[way]++ < 2;
    world.queue.run(world.queue.now + 3_000);
    const addresses = new Map<string, Set<ConnectionId>>();
    world.network.tap = ({ bytes, to, from }) => {
      const address = to === '192.0.2.1|20001' ? from : to;
      addresses.set(address, (addresses.get(address) ?? new Set()).add(idOf(bytes)));
    };
    // As many as there are, without the peer having a say in between.
    for (let moves = 0; moves < 3; moves++) {
      caller.migrate();
      caller.talk?.client?.say(1, 1);
      world.queue.run(world.queue.now + 1);
    }
    expect(addresses.size).toBe(3);
    expect(new Set([...addresses.values()].flatMap((ids) => [...ids])).size).toBe(3);
    world.queue.run(world.queue.now + 3_000);
    expectHeard({ world, caller });
  });

  test('that are retired still lead here for a while: packets that were under way are not lost', () => {
    const pair = connected();
    const { client, server, caller, world } = pair;
    let late: Parcel | undefined;
    caller.site.up.drops = (parcel) => {
      if (late !== undefined) return false;
      late = parcel;
      return true;
    };
    client.say(1, 1);
    pair.run(1);
    if (late === undefined) throw new Error('nothing was said');
    const held = late;
    caller.migrate();
    pair.run(ROUND_TRIP_MS / 2 + 5);
    // The server has heard that the ID is retired.
    const { packetsDropped } = server.connection.stats();
    const { resets } = world.server.endpoint.counters;
    world.network.toServer(held);
    pair.run(1);
    expect(server.connection.stats().packetsDropped).toBe(packetsDropped);
    expect(world.server.endpoint.counters.resets).toBe(resets);
    pair.run(2_000);
    expectHeard(pair);
    // But not for ever.
    const ids = world.server.endpoint.ids;
    world.network.toServer(held);
    pair.run(1);
    expect(world.server.endpoint.counters.resets).toBe(resets + 1);
    expect(ids).toBe(4);
  });
});

describe('T6 [ROAM-2]: what does not move a connection', () => {
  test('packets with lower numbers, though nobody has had them', () => {
    const pair = connected();
    const { client, server, caller, world } = pair;
    let held: Parcel | undefined;
    caller.site.up.drops = (parcel) => {
      if (held !== undefined) return false;
      held = parcel;
      return true;
    };
    const before = server.connection.path;
    client.say(1, 1);
    pair.run(5);
    client.say(1, 1);
    pair.run(ROUND_TRIP_MS);
    if (held === undefined) throw new Error('nothing was held back');
    world.network.toServer({ ...held, from: SPOOFED });
    pair.run(1_000);
    expect(server.connection.path).toBe(before);
    expect(server.connection.stats().pathChanges).toBe(0);
    expectHeard(pair);
  });

  test('packets that were received before, or are damaged', () => {
    const pair = connected();
    const { client, server, world } = pair;
    client.say(1, 3);
    pair.run(500);
    for (const parcel of world.network.recorded) {
      if (parcel.from.startsWith('192.')) continue;
      world.network.toServer({ ...parcel, from: SPOOFED });
      const bytes = parcel.bytes.slice();
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      world.network.toServer({ ...parcel, bytes, from: SPOOFED, content: undefined });
    }
    pair.run(500);
    expect(server.connection.stats().pathChanges).toBe(0);
    expectHeard(pair);
  });
});

test('T6 [ROAM-4] [ADMIT-4]: only the answer to the challenge opens a path, not any answer', () => {
  const { say, server, world, heard, run } = spokenFor();
  const before = heard.length;
  say([{ kind: 'ping' }], SPOOFED);
  server.say(2, 20);
  for (let count = 0; count < 30; count++) {
    say(
      [
        { kind: 'response', data: BigInt(count) },
        { kind: 'padding', length: 40 },
      ],
      SPOOFED,
    );
    run(40);
  }
  expect(world.network.watch.worst).toBeLessThanOrEqual(3);
  expect(world.problems).toEqual([]);
  const challenge = heard.slice(before).findLast(({ kind }) => kind === 'challenge');
  if (challenge?.kind !== 'challenge') throw new Error('no challenge came');
  // With the right one it says more, though nothing more comes from there.
  world.network.watch.validate(SPOOFED);
  say([{ kind: 'response', data: challenge.data }], SPOOFED);
  run(50);
  const lanes = () => heard.filter(({ kind }) => kind === 'lane').length;
  const said = lanes();
  run(10_000);
  expect(lanes()).toBeGreaterThan(said + 3);
});

test('T6 [ROAM-2] [ADMIT-4]: an attacker who is faster draws the server away for three probe timeouts, and gets 3 times his bytes', () => {
  const pair = connected();
  const { client, server, caller, world } = pair;
  const before = server.connection.path;
  let sentTo = 0;
  world.network.tap = ({ to, bytes }) => {
    if (to === SPOOFED) sentTo += bytes.length;
  };
  caller.site.divertTo = SPOOFED;
  client.say(0, 1);
  pair.run(ROUND_TRIP_MS);
  expect(server.connection.path).toBe(SPOOFED);
  // It has much to say, and says it to the attacker only as far as it may.
  server.say(2, 20);
  pair.run(4_000);
  expect(sentTo).toBeGreaterThan(0);
  expect(server.connection.path).toBe(before);
  pair.run(6_000);
  expectHeard(pair);
});

test('T6 [ROAM-2] [ADMIT-4] [END-1]: the close too keeps to the 3 times', () => {
  const pair = connected();
  const { client, server, caller, world } = pair;
  caller.site.divertTo = SPOOFED;
  client.say(0, 1);
  pair.run(ROUND_TRIP_MS);
  expect(server.connection.path).toBe(SPOOFED);
  server.close(0, 'abort');
  for (let count = 0; count < 40; count++) {
    caller.site.divertTo = SPOOFED;
    client.say(0, 1);
    pair.run(20);
  }
  expect(world.network.watch.worst).toBeLessThanOrEqual(3);
  expect(world.problems).toEqual([]);
});

describe('T6 [ROAM-5]: a client that moves', () => {
  test('does so when nothing is heard for three probe timeouts, at most once in 5 s, each time under a fresh ID', () => {
    const pair = connected();
    const { client, caller, world } = pair;
    const { up } = watched(pair);
    const addresses: string[] = [];
    caller.site.up.darkUntil = world.queue.now + 14_000;
    const begin = world.queue.now;
    client.say(1, 1);
    pair.run(14_000);
    for (const { from } of up) if (!addresses.includes(from)) addresses.push(from);
    const begins = addresses.map((address) => (up.find(({ from }) => from === address)?.at ?? 0) - begin);
    expect(addresses.length).toBeGreaterThanOrEqual(3);
    // Probes at 1, 3 and 7 times the probe timeout.
    expect(begins[1]).toBeLessThan(7 * (3 * ROUND_TRIP_MS + 25));
    for (let index = 2; index < begins.length; index++)
      expect((begins[index] ?? 0) - (begins[index - 1] ?? 0)).toBeGreaterThanOrEqual(5_000);
    const ids = addresses.map((address) => up.filter(({ from }) => from === address).map(({ id }) => id));
    for (const [index, own] of ids.entries())
      for (const others of ids.slice(index + 1)) for (const id of others) expect(own).not.toContain(id);
    // The tunnel ends.
    pair.run(5_000);
    expectHeard(pair);
  });

  test('does so when told to, hears what still comes to the old socket, and loses nothing', () => {
    const pair = connected();
    const { client, server, caller } = pair;
    const { up } = watched(pair);
    const old = caller.address;
    server.say(2, 3);
    client.say(1, 3);
    pair.run(5);
    caller.migrate();
    expect(caller.address).not.toBe(old);
    pair.run(3_000);
    expectHeard(pair);
    expect(server.connection.path).toBe(caller.address);
    const after = up.filter(({ from }) => from === caller.address).map(({ id }) => id);
    const before = up.filter(({ from }) => from === old).map(({ id }) => id);
    expect(after.length).toBeGreaterThan(0);
    for (const id of after) expect(before).not.toContain(id);
  });

  test('does not before its keys are confirmed: the server takes the rest of a handshake from where it began', () => {
    const world = newWorld();
    const caller = world.call(CLEAN, CLEAN);
    const address = caller.address;
    // The client is complete, but its last words to TLS are lost, and probes go unanswered.
    const begin = world.queue.now;
    caller.site.up.drops = () =>
      world.queue.now > begin + 1.5 * ROUND_TRIP_MS && world.queue.now < begin + 7_000;
    world.queue.run(begin + 1_000, () => caller.talk !== undefined);
    caller.talk?.client?.say(1, 2);
    world.queue.run(begin + 7_000);
    expect(caller.talk?.client?.open).toBe(true);
    expect(caller.talk?.server).toBeUndefined();
    expect(caller.address).toBe(address);
    world.queue.run(begin + 9_500);
    expectHeard({ world, caller });
    expect(caller.talk?.server?.heard[1]).toBe(2);
  });

  test('hears nobody but the server at its address', () => {
    const pair = connected();
    const { server, caller, world } = pair;
    caller.site.down.drops = () => true;
    let held: Parcel | undefined;
    world.network.tap = (parcel) => {
      if (parcel.to === caller.address) held ??= parcel;
    };
    server.say(1, 1);
    pair.run(5);
    if (held === undefined) throw new Error('nothing was sent');
    const dropped = caller.connection.stats().packetsDropped;
    // Authentic, but on a path that the client knows nothing of.
    caller.host.receive(held.bytes.slice(), '1/192.0.2.200|20001');
    pair.run(5);
    expect(caller.connection.stats().packetsDropped).toBe(dropped + 1);
    expect(pair.client.heard).toEqual([]);
  });
});

describe('T6 T14 [PACKET-6]: two users behind one address, and a new one on a port used before', () => {
  test('are never taken for each other', () => {
    const world = newWorld();
    const first = connectedIn(world);
    const second = connectedIn(world);
    const address = first.caller.address;
    // The first gets another port; the second gets the one it had, while packets to the first are still on their way.
    first.server.say(2, 2);
    first.run(10);
    first.caller.site.rebind('port');
    second.caller.site.take(address);
    for (let count = 0; count < 5; count++) {
      for (const { client, server } of [first, second]) {
        client.say(1, 2);
        server.say(1, 2);
      }
      first.run(50);
    }
    first.run(3_000);
    expectHeard(first);
    expectHeard(second);
    expect(second.server.connection.path).toBe(address);
    expect(first.server.connection.path).not.toBe(address);
  });

  test('also when the first is gone without a word', () => {
    const world = newWorld();
    const first = connectedIn(world);
    const address = first.caller.address;
    first.caller.vanish();
    const second = connectedIn(world);
    second.caller.site.take(address);
    first.server.say(1, 5);
    second.client.say(1, 5);
    second.run(2_000);
    expectHeard(second);
    second.run(UDP_IDLE_TIMEOUT_MS);
    expect(first.server.end).toMatchObject({ by: 'timeout' });
  });
});

test('T6 [SHAKE-7] [ROAM-2]: an address that changes during the handshake costs that attempt at most', () => {
  for (let after = 5; after < 130; after += 5) {
    const world = newWorld();
    const caller = world.call(CLEAN, CLEAN);
    world.queue.run(world.queue.now + after);
    caller.site.rebind('port');
    world.queue.run(world.queue.now + 12_000);
    if (caller.alive) {
      caller.talk?.client?.say(1, 1);
      world.queue.run(world.queue.now + 1_000);
      expectHeard({ world, caller });
    } else expect((caller.failed ?? caller.talk?.client?.end)?.by).toBe('timeout');
    // The next one comes through.
    expectHeard(connectedIn(world));
    for (const { bytes } of world.network.recorded) expect(() => parsePacket(bytes)).not.toThrow();
  }
});
