import { describe, expect, test } from 'bun:test';
import { GATHER_MS, Gathered } from './gathered.ts';
import { ManualClock } from './testing/index.ts';

function scene() {
  const clock = new ManualClock();
  let runs = 0;
  const gathered = new Gathered(clock, () => (runs += 1));
  clock.pass(1000);
  return { clock, gathered, runs: () => runs };
}

describe('changes that come together (C1)', () => {
  test('one alone is shown at once', () => {
    const { clock, gathered, runs } = scene();
    gathered.changed();
    clock.pass(0);
    expect(runs()).toBe(1);
  });

  test('those that follow are shown together, and none is forgotten', () => {
    const { clock, gathered, runs } = scene();
    gathered.changed();
    clock.pass(0);
    for (let at = 0; at < 100; at += 1) gathered.changed();
    clock.pass(GATHER_MS - 1);
    expect(runs()).toBe(1);
    clock.pass(1);
    expect(runs()).toBe(2);
    clock.pass(1000);
    expect(runs()).toBe(2);
  });

  test('a clock that was turned back holds nothing up', () => {
    let nowMs = 1_000_000;
    const waits: number[] = [];
    const clock = {
      nowMs: () => nowMs,
      after: (delayMs: number, run: () => void) => {
        waits.push(delayMs);
        run();
        return () => {};
      },
    };
    const gathered = new Gathered(clock, () => {});
    gathered.changed();
    nowMs = 0;
    gathered.changed();
    expect(Math.max(...waits)).toBeLessThanOrEqual(GATHER_MS);
  });
});
