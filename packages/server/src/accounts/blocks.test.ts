import { expect, test } from 'bun:test';
import type { UserNumber } from '@sotto/model';
import { Blocks } from './blocks.ts';
import type { AccountStore } from './store.ts';

const user = (number: number) => number as UserNumber;

/** Each account has blocked the users from 1 to `each`. */
function storeOf(each: number) {
  const asked: number[] = [];
  const store: Pick<AccountStore, 'settings'> = {
    settings: async (by, after, limit) => {
      asked.push(by);
      const keys = Array.from({ length: each }, (_, at) => `block:${at + 1}`).toSorted();
      const settings = [...keys, 'dnd']
        .filter((key) => key > after)
        .slice(0, limit)
        .map((key) => ({ key, value: new Uint8Array() }));
      return { settings, head: 0 as never };
    },
  };
  return { store, asked };
}

test('[BLOCK-1] blocks are read once, page by page, and kept right by changes', async () => {
  const { store, asked } = storeOf(1_200);
  const blocks = new Blocks(store);
  const [first, second] = await Promise.all([
    blocks.blocks(user(1_200), user(5_000)),
    blocks.blocks(user(1_201), user(5_000)),
  ]);
  expect([first, second]).toEqual([true, false]);
  expect(asked).toHaveLength(3);
  blocks.changed(user(5_000), user(1_201), true);
  blocks.changed(user(5_000), user(3), false);
  expect(await blocks.blocks(user(1_201), user(5_000))).toBe(true);
  expect(await blocks.blocks(user(3), user(5_000))).toBe(false);
  expect(await blocks.blocks(user(5_000), user(5_000))).toBe(false);
  expect(asked).toHaveLength(3);
});

test('[BLOCK-1] a change while they are read is not lost; a failed reading is tried again', async () => {
  const { store } = storeOf(1);
  const blocks = new Blocks(store);
  const reading = blocks.blocks(user(9), user(5));
  blocks.changed(user(5), user(9), true);
  await reading;
  expect(await blocks.blocks(user(9), user(5))).toBe(true);
  let fails = true;
  const shaky = new Blocks({
    settings: (...asked) => (fails ? Promise.reject(new Error('storage')) : store.settings(...asked)),
  });
  await expect(shaky.blocks(user(1), user(5))).rejects.toThrow('storage');
  fails = false;
  expect(await shaky.blocks(user(1), user(5))).toBe(true);
});

test('[BLOCK-1] what is remembered is bounded: who was asked about longest ago is read again', async () => {
  const { store, asked } = storeOf(4_000);
  const blocks = new Blocks(store);
  for (let by = 1; by <= 130; by++) await blocks.blocks(user(1), user(10_000 + by));
  asked.length = 0;
  await blocks.blocks(user(1), user(10_130));
  expect(asked).toEqual([]);
  await blocks.blocks(user(1), user(10_001));
  expect(asked.length).toBeGreaterThan(0);
});
