import { describe, expect, test } from 'bun:test';
import type { Clock } from '@sotto/protocol';
import { VirtualClock } from '@sotto/protocol/testing';
import { ErrorCode } from '@sotto/schema';
import { KeyedLock } from '../keyed-lock.ts';
import { THROTTLE_POLICIES } from './policy.ts';
import { refusal } from './testing/client.ts';
import { COUNTING_MAX, Throttle } from './throttle.ts';
import { TASKS_PER_TURN, Turnstile, WAITING_MAX } from './turnstile.ts';

describe('expensive work [THROTTLE-6]', () => {
  function turns() {
    const due: (() => void)[] = [];
    const clock: Clock = {
      now: () => 0,
      after(_, task) {
        due.push(task);
        return () => {};
      },
    };
    return { turnstile: new Turnstile(clock), next: () => due.shift()?.() };
  }

  test('is spread over turns of the event loop, in order', async () => {
    const { turnstile, next } = turns();
    const done: number[] = [];
    const all = Array.from({ length: 5 }, (_, at) => turnstile.run(() => done.push(at)));
    expect(done).toEqual([0, 1]);
    next();
    expect(done).toEqual([0, 1, 2, 3]);
    next();
    await Promise.all(all);
    expect(done).toEqual([0, 1, 2, 3, 4]);
    next();
    await turnstile.run(() => done.push(5));
    expect(done).toHaveLength(6);
  });

  test('is refused when too much of it waits, and goes on after a failure', async () => {
    const { turnstile, next } = turns();
    const failing = turnstile.run(() => {
      throw new Error('bad');
    });
    await expect(failing).rejects.toThrow('bad');
    let ran = 0;
    const taken = Array.from({ length: TASKS_PER_TURN - 1 + WAITING_MAX }, () => turnstile.run(() => ran++));
    const refused = await refusal(turnstile.run(() => ran++));
    expect(refused).toEqual({ code: ErrorCode.THROTTLED, retryAfterMs: 1_000 });
    for (let turn = 0; turn < WAITING_MAX; turn++) next();
    await Promise.all(taken);
    expect(ran).toBe(taken.length);
  });
});

describe('one task at a time on a key [THROTTLE-2]', () => {
  test('tasks on a shared key take turns, in whichever order they name their keys', async () => {
    const lock = new KeyedLock();
    const log: string[] = [];
    const work = (name: string, keys: readonly string[]) =>
      lock.run(keys, async () => {
        log.push(`${name} begins`);
        await Promise.resolve();
        log.push(`${name} ends`);
      });
    await Promise.all([work('one', ['a', 'b']), work('two', ['b', 'a']), work('three', ['b'])]);
    expect(log).toHaveLength(6);
    for (let at = 0; at < 6; at += 2) expect(log[at + 1]).toBe(log[at]?.replace('begins', 'ends') ?? '');
  });

  test('a failed one lets go', async () => {
    const lock = new KeyedLock();
    await expect(lock.run(['a'], () => Promise.reject(new Error('bad')))).rejects.toThrow('bad');
    expect(await lock.run(['a'], async () => 'free')).toBe('free');
    expect(lock.tasks).toBe(0);
  });

  test('too many attempts at a time are refused, but what was counted is always given back', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const store = { throttle: () => promise, saveThrottle: async () => {}, dropThrottles: async () => {} };
    const throttle = new Throttle(store, new VirtualClock());
    const key = (name: string) => ({ key: name, policy: THROTTLE_POLICIES.source });
    const keys = [key('a')];
    const counting = Array.from({ length: COUNTING_MAX }, (_, index) => throttle.count([key(`${index}`)]));
    expect((await refusal(throttle.count(keys)))?.code).toBe(ErrorCode.THROTTLED);
    const givingBack = throttle.giveBack({ counted: keys });
    resolve(undefined);
    await Promise.all([...counting, givingBack]);
  });

  test('[THROTTLE-7] one source that asks without end holds up itself, and no other', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const store = { throttle: () => promise, saveThrottle: async () => {}, dropThrottles: async () => {} };
    const throttle = new Throttle(store, new VirtualClock());
    const from = (source: string) => [{ key: source, policy: THROTTLE_POLICIES.source }];
    const flood = Array.from({ length: 2 * COUNTING_MAX }, () => refusal(throttle.count(from('flood'))));
    const other = refusal(throttle.count(from('other')));
    resolve(undefined);
    expect(await other).toBeUndefined();
    const counted = (await Promise.all(flood)).filter((refused) => refused === undefined);
    expect(counted.length).toBeGreaterThanOrEqual(THROTTLE_POLICIES.source.firstDelayed);
  });
});
