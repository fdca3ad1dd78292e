import { expect, test } from 'bun:test';
import { PAGE_MAX } from '@sotto/model';
import { createWorld, onlineClient } from '../testing/harness.ts';

test('T16: status always comes with a round trip measured for it', async () => {
  const world = await createWorld();
  const client = await onlineClient(world);
  for (const delay of [0, 40]) {
    world.server.delayMs = delay;
    const report = client.serverStatus();
    await world.time.pass(1_000);
    expect((await report).roundTripMs).toBe(2 * delay);
  }
  await client.close();
});

test('M8: the roster is read page by page, and no further than asked', async () => {
  const world = await createWorld();
  world.server.population = PAGE_MAX + 50;
  const client = await onlineClient(world);
  const limits = async (limit?: number) => {
    world.server.requests.length = 0;
    const reading = client.roster(limit === undefined ? {} : { limit });
    await world.time.settle();
    const people = await reading;
    expect(people.map(({ number }) => Number(number))).toEqual(people.map((_, index) => index + 1));
    return [people.length, ...world.server.named('readRoster').map((request) => request.limit)];
  };
  expect(await limits()).toEqual([PAGE_MAX + 50, PAGE_MAX, PAGE_MAX]);
  expect(await limits(PAGE_MAX)).toEqual([PAGE_MAX, PAGE_MAX]);
  expect(await limits(PAGE_MAX + 10)).toEqual([PAGE_MAX + 10, PAGE_MAX, 10]);
  expect(await limits(3)).toEqual([3, 3]);
  await client.close();
});
