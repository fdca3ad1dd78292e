import { describe, expect, test } from 'bun:test';
import type { RoomNumber, UserNumber } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { VirtualClock } from '@sotto/protocol/testing';
import { ErrorCode } from '@sotto/schema';
import fc from 'fast-check';
import { Budget, type Hold, type Spender } from './budget.ts';
import type { AssistantSettings } from './settings.ts';
import type { AssistantStore, UsageRecord, UsageSubject } from './store.ts';

const DAY_MS = 24 * 60 * 60_000;
const ASSISTANT = 9 as UserNumber;
const spender = (asker: number, room?: number): Spender => ({
  asker: asker as UserNumber,
  assistant: ASSISTANT,
  room: room as RoomNumber | undefined,
});

class MemoryUsage implements Pick<AssistantStore, 'usage' | 'addUsage'> {
  readonly used = new Map<string, { requests: number; tokens: number }>();

  async usage(day: number, subjects: readonly UsageSubject[]): Promise<UsageRecord[]> {
    return subjects.flatMap((subject) => {
      const used = this.used.get(`${day} ${subject.kind} ${subject.number}`);
      return used === undefined ? [] : [{ subject, ...used }];
    });
  }

  async addUsage(day: number, used: readonly UsageRecord[]): Promise<void> {
    for (const { subject, requests, tokens } of used) {
      const key = `${day} ${subject.kind} ${subject.number}`;
      const before = this.used.get(key) ?? { requests: 0, tokens: 0 };
      this.used.set(key, { requests: before.requests + requests, tokens: before.tokens + tokens });
    }
  }
}

function budgetOf(limits: Partial<AssistantSettings['budgets']>, store = new MemoryUsage()) {
  const clock = new VirtualClock(20_000 * DAY_MS + 6 * 60 * 60_000);
  const all = { account: undefined, room: undefined, server: undefined, ...limits };
  return { clock, store, budget: new Budget({ store, limits: all, clock }) };
}

async function refused(task: Promise<unknown>): Promise<SottoError | undefined> {
  const failure = await task.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (failure !== undefined && !(failure instanceof SottoError)) throw failure;
  return failure;
}

describe('budgets (I3)', () => {
  test('[BUDGET-2] the requests of an account, a room and the server are used up each by itself, until the next day', async () => {
    const { budget, clock } = budgetOf({
      account: { requests: 1, tokens: 1_000 },
      room: { requests: 2, tokens: 1_000 },
      server: { requests: 3, tokens: 1_000 },
    });
    const asks = [spender(1, 5), spender(1, 5), spender(2, 5), spender(3, 5), spender(3, 6), spender(4, 7)];
    const whose: (string | undefined)[] = [];
    for (const by of asks) whose.push((await refused(budget.take(by, 10)))?.detail);
    expect(whose).toEqual([
      undefined,
      'of the account',
      undefined,
      'of the room',
      undefined,
      'of the server',
    ]);
    const refusal = await refused(budget.check(spender(1), 1));
    expect(refusal).toMatchObject({ code: ErrorCode.ASSISTANT_BUDGET, retryAfterMs: 18 * 60 * 60_000 });
    await clock.advance(18 * 60 * 60_000);
    expect(await refused(budget.take(spender(1, 5), 10))).toBeUndefined();
  });

  test('[BUDGET-2] what is being written counts in full, and gives back what it did not need', async () => {
    const { budget } = budgetOf({ account: { requests: 10, tokens: 100 } });
    const hold = await budget.take(spender(1), 60);
    expect(await refused(budget.check(spender(1), 50))).toBeDefined();
    await budget.settle(hold, { reached: true, tokens: 20 });
    expect(await refused(budget.check(spender(1), 80))).toBeUndefined();
    expect(await refused(budget.check(spender(1), 81))).toBeDefined();
    expect(await budget.left(1 as UserNumber)).toEqual({
      requests: 9,
      tokens: 80,
      renewedMs: 20_001 * DAY_MS,
    });
  });

  test('[BUDGET-1] what reached no provider counts nothing, and what was begun yesterday counts for yesterday', async () => {
    const { budget, clock, store } = budgetOf({ server: { requests: 10, tokens: 100 } });
    await budget.settle(await budget.take(spender(1, 2), 60), { reached: false, tokens: 0 });
    expect([...store.used.values()].every(({ requests, tokens }) => requests === 0 && tokens === 0)).toBe(
      true,
    );
    const hold = await budget.take(spender(1), 60);
    await clock.advance(DAY_MS);
    await budget.settle(hold, { reached: true, tokens: 7 });
    expect(store.used.get('20000 server 0')).toEqual({ requests: 1, tokens: 7 });
    expect(await budget.left(1 as UserNumber)).toMatchObject({ requests: 10, tokens: 100 });
    expect(await budget.ofAssistants([ASSISTANT])).toEqual([{ requests: 0, tokens: 0 }]);
  });

  test('[BUDGET-1] where nothing is limited, nothing is said of what is left, and it is counted all the same', async () => {
    const { budget } = budgetOf({});
    await budget.take(spender(1), 60);
    expect(await budget.left(1 as UserNumber)).toMatchObject({ requests: undefined, tokens: undefined });
    expect(await budget.ofAssistants([ASSISTANT])).toEqual([{ requests: 1, tokens: 60 }]);
  });

  test('[BUDGET-2] however many ask at once, and whatever they come to, no limit is exceeded, also across a restart', async () => {
    const ask = fc.record({
      asker: fc.integer({ min: 1, max: 3 }),
      tokens: fc.integer({ min: 1, max: 40 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      reached: fc.boolean(),
      isSettled: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(ask, { maxLength: 8 }), { maxLength: 6 }), async (rounds) => {
        const store = new MemoryUsage();
        const limits = { account: { requests: 4, tokens: 90 }, server: { requests: 9, tokens: 150 } };
        for (const round of rounds) {
          // Another process after each.
          const { budget } = budgetOf(limits, store);
          const within = () => {
            for (const [key, used] of store.used) {
              const limit = key.includes('account') ? limits.account : limits.server;
              expect(used.requests).toBeLessThanOrEqual(limit.requests);
              expect(used.tokens).toBeLessThanOrEqual(limit.tokens);
              expect(Math.min(used.requests, used.tokens)).toBeGreaterThanOrEqual(0);
            }
          };
          await Promise.all(
            round.map(async ({ asker, tokens, share, reached, isSettled }) => {
              let hold: Hold;
              try {
                hold = await budget.take(spender(asker), tokens);
              } catch {
                return;
              }
              within();
              // One that is not was being written when the server died.
              if (isSettled) await budget.settle(hold, { reached, tokens: Math.floor(tokens * share) });
            }),
          );
          within();
        }
      }),
      { numRuns: 60 },
    );
  });
});
