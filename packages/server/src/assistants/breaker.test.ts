import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { type Breaker, CLOSED, holdsMs, settled, tried } from './breaker.ts';

const fail = (breaker: Breaker, nowMs: number) => settled(tried(breaker), 'failure', nowMs, true);

describe('the breaker (I3)', () => {
  test('[PROVIDER-6] after five failures in a row nothing is asked for 30 s, then one at a time', () => {
    let breaker = CLOSED;
    for (let failure = 0; failure < 4; failure++) breaker = fail(breaker, 0);
    expect(holdsMs(breaker, 0)).toBe(0);
    breaker = fail(breaker, 0);
    expect([0, 29_999, 30_000].map((nowMs) => holdsMs(breaker, nowMs))).toEqual([30_000, 1, 0]);
    const trial = tried(breaker);
    expect(holdsMs(trial, 30_000)).toBeGreaterThan(0);
    expect(settled(trial, 'success', 30_000, true)).toEqual(CLOSED);
  });

  test('[PROVIDER-6] each trial that fails doubles the time, up to ten minutes', () => {
    let breaker: Breaker = { kind: 'open', untilMs: 0, holdMs: 30_000 };
    const holds = [0, 0, 0, 0, 0, 0].map(() => {
      breaker = fail(breaker, 0);
      const holdMs = holdsMs(breaker, 0);
      breaker = { kind: 'open', untilMs: 0, holdMs };
      return holdMs / 1_000;
    });
    expect(holds).toEqual([60, 120, 240, 480, 600, 600]);
  });

  test('[PROVIDER-6] a success in between begins the count anew, and what says nothing changes nothing', () => {
    let breaker = CLOSED;
    for (let failure = 0; failure < 4; failure++) breaker = fail(breaker, 0);
    expect(settled(breaker, 'none', 0, false)).toEqual(breaker);
    breaker = fail(settled(breaker, 'success', 0, false), 0);
    expect(breaker).toEqual({ kind: 'closed', failures: 1 });
  });

  test('[PROVIDER-6] a trial that was called off leaves the next one to try', () => {
    const trial = tried({ kind: 'open', untilMs: 0, holdMs: 60_000 });
    const after = settled(trial, 'none', 10, true);
    expect(holdsMs(after, 10)).toBe(0);
    expect(tried(after)).toEqual(trial);
  });

  test('[PROVIDER-6] whatever happens: never two trials at once, never held for more than ten minutes, and one success ends it', () => {
    const step = fc.record({
      outcome: fc.constantFrom('success' as const, 'failure' as const, 'none' as const),
      pauseMs: fc.nat(700_000),
      /** Others that were begun before it was open, and end while it is. */
      late: fc.constantFrom('success' as const, 'failure' as const, 'none' as const, undefined),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let breaker: Breaker = CLOSED;
        let nowMs = 0;
        for (const { outcome, pauseMs, late } of steps) {
          nowMs += pauseMs;
          const waitMs = holdsMs(breaker, nowMs);
          expect(waitMs).toBeLessThanOrEqual(600_000);
          if (waitMs === 0) {
            breaker = tried(breaker);
            const wasTrial = breaker.kind === 'trial';
            if (late !== undefined && late !== 'success') breaker = settled(breaker, late, nowMs, false);
            if (wasTrial) expect(holdsMs(breaker, nowMs)).toBeGreaterThan(0);
            breaker = settled(breaker, outcome, nowMs, wasTrial);
            if (outcome === 'success') expect(breaker).toEqual(CLOSED);
          } else if (late !== undefined) breaker = settled(breaker, late, nowMs, false);
          expect(breaker.kind).not.toBe('trial');
        }
      }),
    );
  });
});
