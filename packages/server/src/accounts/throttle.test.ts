import { beforeAll, describe, expect, test } from 'bun:test';
import { ErrorCode } from '@sotto/schema';
import fc from 'fast-check';
import { sourcePrefix } from './source.ts';
import {
  type Device,
  logIn,
  makeChannel,
  makeDevice,
  refusal,
  register,
  startLogin,
} from './testing/client.ts';
import { makeWorld, type World } from './testing/world.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let device: Device;
let stranger: Device;
beforeAll(async () => {
  [device, stranger] = await Promise.all([makeDevice(), makeDevice()]);
});

async function worldWithAlice(): Promise<World> {
  const world = await makeWorld();
  await register(world.accounts, 'alice', 'right');
  return world;
}

/** A wrong password, from an address of its own unless told. Undefined when it was evaluated. */
const guess = (
  { accounts }: World,
  name: string,
  source = `10.0.${nextHost() >> 8}.${host & 255}`,
  from = stranger,
) => refusal(startLogin(accounts, name, 'wrong', from, makeChannel(source)));

let host = 0;
const nextHost = () => ++host;

describe('attempts on an account (A2)', () => {
  test.each(['alice', 'nobody'])(
    '[THROTTLE-1] delays on %s grow, from any address, and say when to come back',
    async (name) => {
      const world = await worldWithAlice();
      const delays: number[] = [];
      for (let failures = 0; failures < 14; failures++) {
        expect(await guess(world, name)).toBeUndefined();
        const refused = await guess(world, name);
        if (refused === undefined) continue;
        expect(refused.code).toBe(ErrorCode.THROTTLED);
        delays.push(refused.retryAfterMs);
        await world.clock.advance(refused.retryAfterMs);
      }
      expect(delays.slice(0, 9)).toEqual(
        [2, 4, 8, 16, 32, 64, 128, 256, 512].map((seconds) => seconds * 1_000),
      );
      // Waiting this long forgets about as much as one more failure adds.
      expect(delays.slice(9).every((delayMs) => delayMs >= 512_000 && delayMs <= 600_000)).toBe(true);
    },
  );

  test('[THROTTLE-1] the third failure delays, and the delay outlives a restart', async () => {
    const world = await worldWithAlice();
    for (let failures = 0; failures < 3; failures++) expect(await guess(world, 'alice')).toBeUndefined();
    const restarted = await world.restart();
    expect(await guess(restarted, 'alice')).toEqual({ code: ErrorCode.THROTTLED, retryAfterMs: 2_000 });
    await world.clock.advance(2_000);
    expect(await guess(restarted, 'alice')).toBeUndefined();
  });

  test('[THROTTLE-2] an attempt counts when KE2 is sent, whether or not it is finished', async () => {
    const world = await worldWithAlice();
    const guesses = await Promise.all(Array.from({ length: 20 }, () => guess(world, 'alice')));
    expect(guesses.filter((refused) => refused === undefined)).toHaveLength(3);
  });

  test('[THROTTLE-2] success gives its attempt back, and only its own', async () => {
    const world = await worldWithAlice();
    for (let times = 0; times < 10; times++) {
      await logIn(world.accounts, 'alice', 'right', await makeDevice(), makeChannel());
    }
    await guess(world, 'alice');
    await guess(world, 'alice');
    await logIn(world.accounts, 'alice', 'right', await makeDevice(), makeChannel());
    expect(await guess(world, 'alice')).toEqual(undefined);
    expect((await guess(world, 'alice'))?.code).toBe(ErrorCode.THROTTLED);
  });

  test('[THROTTLE-4] strangers do not hold up a device that the account knows, which has a count of its own', async () => {
    const world = await worldWithAlice();
    await logIn(world.accounts, 'alice', 'right', device);
    for (let failures = 0; failures < 6; failures++) await guess(world, 'alice');
    expect((await guess(world, 'alice'))?.code).toBe(ErrorCode.THROTTLED);
    await logIn(world.accounts, 'alice', 'right', device);
    for (let failures = 0; failures < 3; failures++) await guess(world, 'alice', undefined, device);
    expect((await guess(world, 'alice', undefined, device))?.code).toBe(ErrorCode.THROTTLED);
  });

  test('[THROTTLE-1] a patient guesser with many addresses gets fewer than 200 guesses a day', async () => {
    const world = await worldWithAlice();
    const endMs = world.clock.now() + DAY_MS;
    let guesses = 0;
    while (world.clock.now() < endMs) {
      const refused = await guess(world, 'alice');
      if (refused === undefined) guesses++;
      else await world.clock.advance(refused.retryAfterMs);
    }
    expect(guesses).toBeLessThan(200);
  });

  test('[THROTTLE-1] two quiet hours forgive everything, and the record goes', async () => {
    const world = await worldWithAlice();
    for (let failures = 0; failures < 5; failures++) await guess(world, 'alice', '192.0.2.9');
    await world.clock.advance(130 * MINUTE_MS);
    await world.clock.advance(60 * MINUTE_MS);
    expect(await world.store.throttle('source:192.0.2.9')).toBeUndefined();
    for (let failures = 0; failures < 3; failures++) expect(await guess(world, 'alice')).toBeUndefined();
    expect(world.failures).toEqual([]);
  });

  test('[THROTTLE-1] a clock set back holds nobody up for longer than the longest delay', async () => {
    const world = await worldWithAlice();
    for (let failures = 0; failures < 3; failures++) await guess(world, 'alice');
    await world.clock.advance(-DAY_MS);
    expect((await guess(world, 'alice'))?.retryAfterMs).toBe(10 * MINUTE_MS);
  });
});

describe('attempts from one address (A2, T14)', () => {
  test('[THROTTLE-3] an office of thirty logs in at once', async () => {
    const world = await makeWorld();
    const names = Array.from({ length: 30 }, (_, at) => `worker-${at + 2}x`);
    for (const name of names) await register(world.accounts, name, name);
    const office = '198.51.100.7';
    for (const name of names) expect(await guess(world, name, office)).toBeUndefined();
    await Promise.all(names.map((name) => logIn(world.accounts, name, name, stranger, makeChannel(office))));
  });

  test('[THROTTLE-3] a sprayer is slowed down over all names, known devices included; others are not', async () => {
    const world = await worldWithAlice();
    await logIn(world.accounts, 'alice', 'right', device);
    const sprayer = '203.0.113.5';
    for (let at = 0; at < 60; at++) expect(await guess(world, `victim-${at}`, sprayer)).toBeUndefined();
    for (const name of ['alice', 'nobody']) {
      expect(await guess(world, name, sprayer)).toEqual({ code: ErrorCode.THROTTLED, retryAfterMs: 1_000 });
    }
    expect((await guess(world, 'alice', sprayer, device))?.code).toBe(ErrorCode.THROTTLED);
    expect(await guess(world, 'victim-x', '203.0.113.6')).toBeUndefined();
  });

  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['', 'unknown'],
    ['not an address', 'unknown'],
  ])('[THROTTLE-3] %s counts as %s', (address, prefix) => expect(sourcePrefix(address)).toBe(prefix));

  test('[THROTTLE-3] addresses of one /64 and no others share a prefix', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
    const half = fc.tuple(group, group, group, group).map((groups) => groups.join(':'));
    fc.assert(
      fc.property(half, half, half, (network, one, other) => {
        fc.pre(!network.startsWith('0:0:0:0'));
        expect(sourcePrefix(`${network}:${one}`)).toBe(`${network}::/64`);
        expect(sourcePrefix(`${network}:${other}`)).toBe(`${network}::/64`);
      }),
    );
    fc.assert(fc.property(fc.ipV6(), (address) => void sourcePrefix(address)));
    fc.assert(fc.property(fc.string(), (text) => void sourcePrefix(text)));
  });
});
