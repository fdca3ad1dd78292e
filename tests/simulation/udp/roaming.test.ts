import { describe, expect, test } from 'bun:test';
import { type Chunk, type ConnectionId, parsePacket } from '@sotto/protocol/testing';
import { CLEAN } from './conditions.ts';
import { idOf } from './handmade.ts';
import type { Parcel } from './link.ts';
import { connected, connectedIn, expectHeard, newWorld, ROUND_TRIP_MS } from './scene.ts';
import { holds, idsTo, watched } from './seen.ts';

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
      expect(bytes).toBe(1_200);
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
    // And the one that it began with.
    expect(ids).toBe(5);
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
