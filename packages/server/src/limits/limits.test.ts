import { describe, expect, test } from 'bun:test';
import type { RoomNumber, UserNumber } from '@sotto/model';
import { ErrorCode } from '@sotto/schema';
import fc from 'fast-check';
import { Buckets } from './buckets.ts';
import type { Cost } from './cost.ts';
import { Limits } from './limits.ts';
import type { LimitSettings } from './settings.ts';
import { NO_LIMITS } from './testing/none.ts';
import { Unauthenticated } from './unauthenticated.ts';

const ANN = { user: { number: 1 as UserNumber, name: 'ann' }, source: '192.0.2.1' };
const BEN = { user: { number: 2 as UserNumber, name: 'ben' }, source: '192.0.2.2' };
const TEA = { number: 7 as RoomNumber, name: 'tea' };
const said = (bytes: number, messages = 1): Cost => ({ kind: 'messages', messages, bytes, room: TEA.number });

function limitsOf(settings: Partial<LimitSettings>) {
  const clock = { nowMs: 1_000, now: () => clock.nowMs, after: () => () => {} };
  return { clock, limits: new Limits({ ...NO_LIMITS, ...settings }, clock) };
}

describe('buckets (O7)', () => {
  test('[LIMIT-1] so many at once, and one more each time one has come back', () => {
    const buckets = new Buckets<string>({ perSecond: 2, burst: 3 }, 10);
    const take = (nowMs: number, amount = 1) => {
      const waitMs = buckets.waitMs('a', amount, nowMs);
      if (waitMs === 0) buckets.take('a', amount, nowMs);
      return waitMs;
    };
    expect([0, 0, 0, 0, 100].map((nowMs) => take(nowMs))).toEqual([0, 0, 0, 500, 400]);
    expect([500, 500, 999, 1_000].map((nowMs) => take(nowMs))).toEqual([0, 500, 1, 0]);
    expect([60_000, 60_000, 60_000, 60_000].map((nowMs) => take(nowMs))).toEqual([0, 0, 0, 500]);
  });

  test('[LIMIT-1] what is more than there can ever be needs a full allowance', () => {
    const buckets = new Buckets<string>({ perSecond: 1, burst: 3 }, 10);
    expect(buckets.waitMs('a', 50, 0)).toBe(0);
    buckets.take('a', 50, 0);
    expect(buckets.waitMs('a', 50, 1_000)).toBe(2_000);
    expect(buckets.waitMs('a', 50, 3_000)).toBe(0);
  });

  test('[LIMIT-1] whoever waits as told gets what was asked for, and nobody more than the rate in any time', () => {
    const steps = fc.array(fc.record({ pauseMs: fc.nat(3_000), amount: fc.integer({ min: 1, max: 5 }) }));
    fc.assert(
      fc.property(steps, (asked) => {
        const buckets = new Buckets<number>({ perSecond: 2, burst: 5 }, 10);
        const taken: { atMs: number; amount: number }[] = [];
        let nowMs = 0;
        for (const { pauseMs, amount } of asked) {
          nowMs += pauseMs;
          const waitMs = buckets.waitMs(1, amount, nowMs);
          expect(Number.isInteger(waitMs)).toBe(true);
          nowMs += waitMs;
          expect(buckets.waitMs(1, amount, nowMs)).toBe(0);
          buckets.take(1, amount, nowMs);
          taken.push({ atMs: nowMs, amount });
          for (const { atMs: fromMs } of taken) {
            const since = taken.filter(({ atMs }) => atMs >= fromMs);
            const sum = since.reduce((total, one) => total + one.amount, 0);
            expect(sum).toBeLessThanOrEqual(5 + (2 * (nowMs - fromMs)) / 1_000 + 1e-6);
          }
        }
      }),
    );
  });

  test('[LIMIT-6] full allowances are forgotten, and no flood of keys is kept', () => {
    const buckets = new Buckets<number>({ perSecond: 1, burst: 10 }, 100);
    for (let key = 0; key < 50; key++) buckets.take(key, 1, 0);
    expect(buckets.size).toBe(50);
    buckets.take(1_000, 1, 1_000);
    expect(buckets.size).toBe(1);
    for (let key = 0; key < 5_000; key++) buckets.take(key, 5, 1_000);
    expect(buckets.size).toBe(100);
  });
});

describe('limits (O7)', () => {
  test('[LIMIT-2] the refusal says how long to wait, and one that is refused takes nothing', () => {
    const { clock, limits } = limitsOf({
      accountMessages: { perSecond: 1, burst: 2 },
      accountBytes: { perSecond: 100, burst: 1_000 },
    });
    expect(limits.take(said(900), ANN, TEA)).toBeUndefined();
    const refusal = limits.take(said(500), ANN, TEA);
    expect(refusal).toMatchObject({
      code: ErrorCode.RATE_LIMITED,
      detail: 'account bytes',
      retryAfterMs: 4_000,
    });
    expect(limits.take(said(100), ANN, TEA)).toBeUndefined();
    expect(limits.take(said(1), ANN, TEA)?.detail).toBe('account messages');
    clock.nowMs += 4_000;
    expect(limits.take(said(400), ANN, TEA)).toBeUndefined();
  });

  test.each([
    ['account messages', { accountMessages: { perSecond: 1, burst: 2 } }, [false, true]],
    ['account bytes', { accountBytes: { perSecond: 1, burst: 20 } }, [false, true]],
    ['source messages', { sourceMessages: { perSecond: 1, burst: 2 } }, [true, false]],
    ['source bytes', { sourceBytes: { perSecond: 1, burst: 20 } }, [true, false]],
    ['room messages', { roomMessages: { perSecond: 1, burst: 2 } }, [true, true]],
    ['room bytes', { roomBytes: { perSecond: 1, burst: 20 } }, [true, true]],
  ] as const)('[LIMIT-1] %s', (detail, settings, [toOther, elsewhere]) => {
    const { limits } = limitsOf(settings);
    for (let count = 0; count < 2; count++) expect(limits.take(said(10), ANN, TEA)).toBeUndefined();
    expect(limits.take(said(10), ANN, TEA)).toMatchObject({ detail });
    // Another account of the same source, and the same account from elsewhere.
    expect(limits.take(said(10), { ...BEN, source: ANN.source }, TEA)?.detail).toBe(
      toOther ? detail : undefined,
    );
    expect(limits.take(said(10), { ...ANN, source: BEN.source }, TEA)?.detail).toBe(
      elsewhere ? detail : undefined,
    );
  });

  test('[LIMIT-1] requests have an allowance of their own', () => {
    const { limits } = limitsOf({ accountRequests: { perSecond: 1, burst: 1 } });
    expect(limits.take({ kind: 'request', requests: 1 }, ANN, undefined)).toBeUndefined();
    expect(limits.take({ kind: 'request', requests: 1 }, ANN, undefined)?.detail).toBe('account requests');
    expect(limits.take({ kind: 'free' }, ANN, undefined)).toBeUndefined();
    expect(limits.take(said(1, 50), ANN, TEA)).toBeUndefined();
    expect(limits.take({ kind: 'request', requests: 1 }, BEN, undefined)).toBeUndefined();
  });

  test('[LIMIT-5] refusals are counted by limit and by whom, the latest first, at most 1,000', () => {
    const { clock, limits } = limitsOf({});
    for (const who of ['a', 'b', 'a']) {
      clock.nowMs++;
      limits.refuse(ErrorCode.RATE_LIMITED, 'account messages', who, 1);
    }
    expect(limits.refused()).toEqual([
      { limit: 'account messages', who: 'a', count: 2, lastMs: 1_003 },
      { limit: 'account messages', who: 'b', count: 1, lastMs: 1_002 },
    ]);
    for (let who = 0; who < 1_500; who++)
      limits.refuse(ErrorCode.THROTTLED, 'source connections', `${who}`, 1);
    expect(limits.refused()).toHaveLength(1_000);
    expect(limits.refused()[0]?.who).toBe('1499');
  });
});

test('[LIMIT-4] connections count until they have logged in or are gone', () => {
  const pending = new Unauthenticated<{ loginGate: object | undefined }>(2);
  const [one, two, three] = [{ loginGate: {} as object | undefined }, { loginGate: {} }, { loginGate: {} }];
  expect([one, two, three].map((connection) => pending.opened(connection, 'a'))).toEqual([true, true, false]);
  expect(pending.opened(three, 'b')).toBe(true);
  pending.closed(three);
  pending.closed(three);
  one.loginGate = undefined;
  expect(pending.opened(three, 'a')).toBe(true);
  expect(pending.opened({ loginGate: {} }, 'a')).toBe(false);
  pending.closed(two);
  expect(pending.opened({ loginGate: {} }, 'a')).toBe(true);
});
