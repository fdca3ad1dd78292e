import { describe, expect, test } from 'bun:test';
import { UDP_IDLE_TIMEOUT_MS } from '@sotto/protocol/udp';
import { CLEAN } from './conditions.ts';
import type { Parcel } from './link.ts';
import { connected, connectedIn, expectHeard, newWorld, ROUND_TRIP_MS } from './scene.ts';
import { watched } from './seen.ts';

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
    expect(begins[1]).toBeGreaterThanOrEqual(7 * (ROUND_TRIP_MS + 25));
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
