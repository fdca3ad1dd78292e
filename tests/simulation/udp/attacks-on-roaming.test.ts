import { describe, expect, test } from 'bun:test';
import type { Parcel } from './link.ts';
import { connected, expectHeard, ROUND_TRIP_MS, spokenFor } from './scene.ts';

const SPOOFED = '203.0.113.9|9';

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
