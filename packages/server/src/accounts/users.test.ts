import { describe, expect, test } from 'bun:test';
import type { UserNumber } from '@sotto/model';
import { register } from './testing/client.ts';
import { makeWorld } from './testing/world.ts';

const number = (value: number) => value as UserNumber;

describe('finding people (A4)', () => {
  test('by number, UUID or name in any case', async () => {
    const { accounts } = await makeWorld();
    const alice = await register(accounts, 'Alice', 'a');
    const { users } = accounts;
    expect(await users.find({ reference: { case: 'number', value: 1 } })).toEqual(alice);
    expect(await users.find({ reference: { case: 'uuid', value: alice.uuid.toUpperCase() } })).toEqual(alice);
    expect(await users.find({ reference: { case: 'name', value: 'aLICE' } })).toEqual(alice);
  });

  test.each([
    { case: undefined },
    { case: 'number', value: 0 },
    { case: 'number', value: 4_294_967_295 },
    { case: 'uuid', value: 'alice' },
    { case: 'uuid', value: '00000000-0000-4000-8000-000000000000' },
    { case: 'name', value: '1' },
    { case: 'name', value: '\u202e' },
  ] as const)('%j is nobody', async (reference) => {
    const { accounts } = await makeWorld();
    await register(accounts, 'alice', 'a');
    expect(await accounts.users.find({ reference })).toBeUndefined();
  });

  test('the roster is paged', async () => {
    const { accounts } = await makeWorld();
    for (const name of ['ann', 'ben', 'cleo']) await register(accounts, name, name);
    const first = await accounts.users.page(number(0), 2);
    expect([first.users.map(({ name }) => name), first.more]).toEqual([['ann', 'ben'], true]);
    const rest = await accounts.users.page(number(2), 1_000_000);
    expect([rest.users.map(({ name }) => name), rest.more]).toEqual([['cleo'], false]);
    expect((await accounts.users.page(number(0), 0)).users).toHaveLength(1);
  });
});

describe('last seen (M8)', () => {
  test('is known at once, written in batches, and kept over restarts', async () => {
    const world = await makeWorld();
    await register(world.accounts, 'alice', 'a');
    const writes: number[] = [];
    const save = world.store.saveLastSeen.bind(world.store);
    world.store.saveLastSeen = async (seen) => {
      writes.push(seen.length);
      return save(seen);
    };
    for (let times = 0; times < 100; times++) world.accounts.users.seen(number(1));
    expect((await world.accounts.users.byNumber(number(1)))?.lastSeenMs).toBe(world.clock.now());
    await world.clock.advance(10_000);
    expect(writes).toEqual([1]);
    world.accounts.users.seen(number(1));
    await world.accounts.close();
    const restarted = await world.restart();
    expect((await restarted.accounts.users.byName('alice'))?.lastSeenMs).toBe(world.clock.now());
  });

  test('a write that fails is reported and made up for', async () => {
    const world = await makeWorld();
    await register(world.accounts, 'alice', 'a');
    const save = world.store.saveLastSeen.bind(world.store);
    world.store.saveLastSeen = () => Promise.reject(new Error('disk'));
    world.accounts.users.seen(number(1));
    const seenMs = world.clock.now();
    await world.clock.advance(10_000);
    expect(world.failures).toHaveLength(1);
    world.store.saveLastSeen = save;
    await world.accounts.close();
    expect((await world.store.userByNumber(number(1)))?.lastSeenMs).toBe(seenMs);
  });
});
