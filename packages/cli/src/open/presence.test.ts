import { describe, expect, test } from 'bun:test';
import { Presence } from './presence.ts';

/** Time that passes when it is told to. */
function stage() {
  let now = 0;
  let tasks: { at: number; task: () => void }[] = [];
  const clock = {
    now: () => now,
    after: (delayMs: number, task: () => void) => {
      const own = { at: now + delayMs, task };
      tasks.push(own);
      return () => {
        tasks = tasks.filter((one) => one !== own);
      };
    },
  };
  const presence = new Presence(clock, 30_000);
  let gone = '';
  void presence.gone.then((how) => {
    gone = how;
  });
  const pass = async (ms: number) => {
    now += ms;
    const due = tasks.filter(({ at }) => at <= now);
    tasks = tasks.filter(({ at }) => at > now);
    for (const { task } of due) task();
    await Promise.resolve();
    return gone;
  };
  return { presence, pass };
}

describe('whether anybody is at the window', () => {
  test('C1: nobody came in time', async () => {
    const { pass } = stage();
    expect(await pass(29_999)).toBe('');
    expect(await pass(1)).toBe('nobodyCame');
  });

  test('C1: a browser that was let in has longer, since the page may have to be built', async () => {
    const { presence, pass } = stage();
    presence.entered();
    expect(await pass(100_000)).toBe('');
    presence.windows(1);
    expect(await pass(10_000_000)).toBe('');
  });

  test('C1: a page that is loaded again is not gone; one that stays away is', async () => {
    const { presence, pass } = stage();
    presence.windows(1);
    presence.windows(0);
    expect(await pass(5_000)).toBe('');
    presence.windows(1);
    expect(await pass(60_000)).toBe('');
    presence.windows(0);
    expect(await pass(10_000)).toBe('closed');
  });

  test('C1: where the browser has ended nobody is waited for; one that handed the window on is not its end', async () => {
    const ended = stage();
    ended.presence.windows(1);
    ended.presence.browserEnded(false);
    expect(await ended.pass(0)).toBe('');
    ended.presence.windows(0);
    expect(await ended.pass(0)).toBe('closed');
    const handed = stage();
    handed.presence.browserEnded(false);
    handed.presence.windows(1);
    handed.presence.windows(0);
    expect(await handed.pass(0)).toBe('');
  });

  test('C1: a browser that fails before it showed anything is told at once; one that fails later has closed', async () => {
    const early = stage();
    early.presence.browserEnded(true);
    expect(await early.pass(0)).toBe('browserFailed');
    const late = stage();
    late.presence.windows(1);
    late.presence.windows(0);
    late.presence.browserEnded(true);
    expect(await late.pass(0)).toBe('closed');
  });

  test('[RELAY-8] C1: whoever asked for another window has time to come, though the last one has just been closed', async () => {
    const { presence, pass } = stage();
    presence.windows(1);
    presence.windows(0);
    await pass(9_000);
    presence.expected();
    expect(await pass(29_000)).toBe('');
    presence.windows(1);
    presence.browserEnded(false);
    presence.expected();
    presence.windows(2);
    presence.windows(0);
    expect(await pass(9_999)).toBe('');
    expect(await pass(1)).toBe('closed');
  });
});
