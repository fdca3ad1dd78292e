import { expect, test } from 'bun:test';
import { VirtualClock } from '@sotto/protocol/testing';
import type { EventStore } from '../events/store.ts';
import { Indexer } from './indexer.ts';

/** `behind` and `untidy` are the steps that are left. */
function setUp(behind: number, untidy = 0) {
  const clock = new VirtualClock();
  const left = { behind, untidy, fails: false };
  const calls: string[] = [];
  const failures: unknown[] = [];
  const indexer = new Indexer({
    clock,
    store: {
      index: async () => {
        if (left.fails) throw new Error('the disk is full');
        calls.push('index');
        left.behind = Math.max(0, left.behind - 1);
        return left.behind > 0;
      },
      tidy: async () => {
        if (left.untidy === 0) return false;
        left.untidy--;
        return left.untidy > 0;
      },
    },
    onFailure: (failure) => failures.push(failure),
    tidied: () => calls.push('tidied'),
  });
  const events = indexer.watched({ append: async () => [] } as unknown as EventStore);
  return { clock, left, calls, failures, indexer, events };
}

test('[SEARCH-6] what the last start left is indexed from the start on, in steps with pauses, nobody asking', async () => {
  const { clock, left, calls, indexer } = setUp(30);
  expect(calls).toEqual([]);
  await clock.advance(300);
  expect(left.behind).toBeGreaterThan(20);
  await clock.advance(1_000);
  expect(left.behind).toBe(0);
  await indexer.stop();
});

test('[SEARCH-6] appends do not wait for the index, and share its commits', async () => {
  const { clock, left, calls, events, indexer } = setUp(0);
  await clock.advance(1_000);
  calls.length = 0;
  for (let count = 0; count < 10; count++) {
    await events.append([]);
    left.behind = 1;
    await clock.advance(10);
  }
  expect(calls).toEqual([]);
  await clock.advance(1_000);
  expect(calls).toEqual(['index']);
  await indexer.stop();
});

test('[SEARCH-6] a search has indexed what is behind, as far as that takes no long time', async () => {
  const { left, indexer } = setUp(3);
  await indexer.upToDate();
  expect(left.behind).toBe(0);
  left.behind = 1_000;
  await indexer.upToDate();
  expect(left.behind).toBe(996);
  await indexer.stop();
});

test('[SEARCH-7] what is left of erased words is tidied away, and then the files are scrubbed', async () => {
  const { clock, calls, left, indexer } = setUp(0);
  await clock.advance(1_000);
  left.untidy = 4;
  indexer.erased();
  await clock.advance(1_000);
  expect(left.untidy).toBe(0);
  expect(calls.filter((call) => call === 'tidied')).toHaveLength(1);
  await indexer.stop();
});

test('[SEARCH-6] a failure is told, and the next append tries again; nothing runs after the end', async () => {
  const { clock, left, calls, failures, events, indexer } = setUp(2);
  left.fails = true;
  await clock.advance(1_000);
  expect(failures).toHaveLength(1);
  left.fails = false;
  await events.append([]);
  await clock.advance(1_000);
  expect(left.behind).toBe(0);
  await events.append([]);
  await indexer.stop();
  calls.length = 0;
  left.behind = 5;
  await events.append([]);
  await clock.advance(1_000);
  expect(calls).toEqual([]);
});
