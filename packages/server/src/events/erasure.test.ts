import { expect, test } from 'bun:test';
import { VirtualClock } from '@sotto/protocol/testing';
import { Erasure } from './erasure.ts';

const MINUTE_MS = 60_000;

function setUp(answers: (number | 'busy' | Error)[]) {
  const clock = new VirtualClock();
  const asked: { from: number; atMs: number }[] = [];
  const failures: unknown[] = [];
  const beganMs = clock.now();
  const scrub = async (from: number): Promise<number | 'busy'> => {
    asked.push({ from, atMs: clock.now() - beganMs });
    const answer = answers.shift() ?? 0;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const erasure = new Erasure({ store: { scrub }, clock, onFailure: (failure) => failures.push(failure) });
  return { clock, asked, failures, erasure };
}

test('[ERASE-2] what was erased leaves the files within a minute, in steps, though a reader is in the way at first', async () => {
  const { clock, asked, failures, erasure } = setUp(['busy', 'busy', 2_000, 4_000, 0]);
  for (let count = 0; count < 5; count++) erasure.request();
  await clock.advance(MINUTE_MS);
  expect(asked.map(({ from }) => from)).toEqual([0, 0, 0, 2_000, 4_000]);
  expect(asked.at(-1)?.atMs).toBeLessThan(MINUTE_MS);
  await clock.advance(10 * MINUTE_MS);
  expect([asked.length, failures]).toEqual([5, []]);
  erasure.request();
  await clock.advance(MINUTE_MS);
  expect(asked.length).toBe(6);
});

test('[ERASE-2] what is erased while the steps go on is looked for from the beginning; failures are told and tried again', async () => {
  const { clock, asked, failures, erasure } = setUp([new Error('disk'), 2_000, 4_000, 0, 0]);
  erasure.request();
  while (asked.length < 3) await clock.advance(1);
  erasure.request();
  await clock.advance(MINUTE_MS);
  expect(asked.map(({ from }) => from)).toEqual([0, 0, 2_000, 4_000, 0]);
  expect(failures.map(String)).toEqual(['Error: disk']);
});

test('[ERASE-2] O7: however often something is erased, the steps of a large database rest twice as long as they take', async () => {
  const pass = [...Array.from({ length: 1_000 }, (_, at) => at + 1), 0];
  const { clock, asked, erasure } = setUp(Array.from({ length: 12 }, () => pass).flat());
  for (let second = 0; second < 5 * 60; second++) {
    erasure.request();
    await clock.advance(1_000);
  }
  const begun = asked.filter(({ from }) => from === 0).map(({ atMs }) => atMs);
  const took = (asked.find(({ from }) => from === 1_000)?.atMs ?? 0) - (begun[0] ?? 0);
  expect(took).toBeGreaterThan(9_000);
  expect(begun.length).toBeGreaterThan(3);
  for (const [at, beganMs] of begun.entries())
    if (at > 0) expect(beganMs - (begun[at - 1] ?? 0)).toBeGreaterThanOrEqual(3 * took);
});

test('[ERASE-2] stopping does at once what is left to do, from the beginning, and nothing later', async () => {
  const { clock, asked, erasure } = setUp([2_000, 4_000, 2_000, 0]);
  erasure.request();
  while (asked.length < 2) await clock.advance(1);
  await erasure.stop();
  erasure.request();
  await clock.advance(MINUTE_MS);
  expect(asked.map(({ from }) => from)).toEqual([0, 2_000, 0, 2_000]);
});

test('[ERASE-2] nothing to do is nothing done, and what is in the way does not keep the server from stopping', async () => {
  const idle = setUp([]);
  await idle.erasure.stop();
  expect(idle.asked).toEqual([]);
  const kept = setUp(['busy']);
  kept.erasure.request();
  await kept.erasure.stop();
  expect(kept.asked.length).toBe(1);
});
