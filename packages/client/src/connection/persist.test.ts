import { describe, expect, test } from 'bun:test';
import { VirtualClock } from '@sotto/protocol/testing';
import { ANEW_MS } from '../paths/policy.ts';
import { persist } from './persist.ts';

function createAttempts() {
  const clock = new VirtualClock();
  const attempts: (PromiseWithResolvers<string> & { signal: AbortSignal })[] = [];
  const abort = new AbortController();
  const attempt = (signal: AbortSignal) => {
    const made = Promise.withResolvers<string>();
    attempts.push({ ...made, signal });
    return made.promise;
  };
  const discarded: string[] = [];
  const discard = (result: string) => discarded.push(result);
  const result = persist({ attempt, discard, clock }, abort.signal);
  result.catch(() => {});
  return { clock, attempts, abort, result, discarded };
}

describe('an attempt without an answer (T17)', () => {
  test('[PATH-13] is made anew after 2 s and after 4 s, and not again', async () => {
    const { clock, attempts } = createAttempts();
    expect(attempts.length).toBe(1);
    await clock.advance(ANEW_MS - 1);
    expect(attempts.length).toBe(1);
    await clock.advance(1);
    expect(attempts.length).toBe(2);
    await clock.advance(60_000);
    expect(attempts.length).toBe(3);
  });

  test('[PATH-13] the first answer decides and calls the others off; a refusal is an answer', async () => {
    for (const isRefused of [false, true]) {
      const { clock, attempts, result } = createAttempts();
      await clock.advance(ANEW_MS);
      if (isRefused) attempts[1]?.reject(new Error('no'));
      else attempts[1]?.resolve('second');
      expect(await result.catch((error) => error.message)).toBe(isRefused ? 'no' : 'second');
      expect(attempts.map(({ signal }) => signal.aborted)).toEqual([true, false]);
      await clock.advance(60_000);
      expect(attempts.length).toBe(2);
    }
  });

  test('[PATH-13] two answers in the same moment: one is used, the other closed', async () => {
    const { clock, attempts, result, discarded } = createAttempts();
    await clock.advance(ANEW_MS);
    attempts[0]?.resolve('first');
    attempts[1]?.resolve('second');
    expect(await result).toBe('first');
    expect(discarded).toEqual(['second']);
  });

  test('[PATH-13] calling it off calls off all of them', async () => {
    const { clock, attempts, abort, result } = createAttempts();
    await clock.advance(ANEW_MS);
    abort.abort(new Error('enough'));
    expect(await result.catch((error) => error.message)).toBe('enough');
    expect(attempts.every(({ signal }) => signal.aborted)).toBe(true);
    await clock.advance(60_000);
    expect(attempts.length).toBe(2);
  });

  test('[PATH-13] an answer in the moment in which it is called off is closed, not left open', async () => {
    const { attempts, abort, result, discarded } = createAttempts();
    attempts[0]?.resolve('first');
    abort.abort(new Error('enough'));
    expect(await result.catch((error) => error.message)).toBe('enough');
    expect(discarded).toEqual(['first']);
  });
});
