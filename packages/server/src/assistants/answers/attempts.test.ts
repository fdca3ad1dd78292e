import { beforeEach, describe, expect, test } from 'bun:test';
import { VirtualClock } from '@sotto/protocol/testing';
import { answering, type Script, ScriptedProvider } from '../../testing/scripted-provider.ts';
import { ProviderError, type ProviderFault } from '../provider.ts';
import type { Prompt } from '../task.ts';
import { type AttemptsOptions, type AttemptsReport, ask } from './attempts.ts';

const PROMPT: Prompt = { system: 's', user: 'u', tokens: 100, sources: new Set() };
const failing = (fault: ProviderFault, retryAfterMs?: number): Script => [
  { kind: 'fail', error: new ProviderError(fault, 'down', retryAfterMs) },
];
let clock: VirtualClock;
let provider: ScriptedProvider;
let controller: AbortController;
let text: string;

beforeEach(() => {
  clock = new VirtualClock();
  provider = new ScriptedProvider(clock);
  controller = new AbortController();
  text = '';
});

function begin(of: Partial<AttemptsOptions> = {}) {
  const asked: { report?: AttemptsReport } = {};
  const done = ask({
    provider: provider.open({ kind: 'openai', url: 'https://model.example', key: undefined }),
    model: 'm',
    maxAnswerTokens: 10,
    timeoutMs: 10_000,
    clock,
    signal: controller.signal,
    prompt: async () => PROMPT,
    write: (piece) => {
      text += piece;
      return true;
    },
    ...of,
  }).then((report) => {
    asked.report = report;
  });
  return { asked, done };
}

async function report(forMs: number, of: Partial<AttemptsOptions> = {}): Promise<AttemptsReport | undefined> {
  const { asked } = begin(of);
  await clock.advance(forMs);
  return asked.report;
}

const gaps = () => provider.requests.map(({ atMs }, index, all) => atMs - (all[index - 1]?.atMs ?? atMs));

describe('asking a provider (I3)', () => {
  test('[PROVIDER-4] text after text, and the tokens that the provider counted', async () => {
    const tokens = { prompt: 7, answer: 3 };
    provider.next([
      { kind: 'text', text: 'one ' },
      { kind: 'text', text: 'two' },
      { kind: 'end', tokens },
    ]);
    expect(await report(10)).toEqual({ end: { kind: 'complete' }, attempts: 1, reached: true, tokens });
    expect(text).toBe('one two');
  });

  test('[PROVIDER-5] what failed before any text is tried again after 1 s and 4 s, with a prompt of its own each time', async () => {
    let prompts = 0;
    provider.next(failing('failed'), failing('unreachable'), answering('there'));
    const prompt = async () => ({ ...PROMPT, user: `prompt ${++prompts}` });
    expect(await report(5_000, { prompt })).toMatchObject({ end: { kind: 'complete' }, attempts: 3 });
    expect(gaps()).toEqual([0, 1_000, 4_000]);
    expect(provider.requests.map(({ user }) => user)).toEqual(['prompt 1', 'prompt 2', 'prompt 3']);
  });

  test('[PROVIDER-5] at the time that the provider says, if that is within a minute; a third failure is the last', async () => {
    provider.otherwise = failing('rateLimited', 30_000);
    expect(await report(60_000)).toMatchObject({
      end: { kind: 'failed', fault: 'rateLimited' },
      attempts: 3,
    });
    expect(gaps()).toEqual([0, 30_000, 30_000]);
    provider.next(failing('rateLimited', 60_001));
    expect(await report(0)).toMatchObject({ end: { kind: 'failed' }, attempts: 1 });
  });

  test.each(['unauthorized', 'refused', 'malformed', 'forbidden'] as const)(
    '[PROVIDER-5] %s is not tried again',
    async (fault) => {
      provider.next(failing(fault));
      expect(await report(0)).toMatchObject({
        end: { kind: 'failed', fault },
        attempts: 1,
        reached: fault !== 'forbidden',
        // What was answered, if not well, has cost the prompt.
        tokens: { prompt: fault === 'malformed' ? PROMPT.tokens : 0, answer: 0 },
      });
    },
  );

  test('[PROVIDER-5] after text nothing is tried again, whatever ends it', async () => {
    const broken: Script = [{ kind: 'text', text: 'so far' }];
    provider.next([...(broken as []), { kind: 'fail', error: new ProviderError('unreachable', 'reset') }]);
    expect(await report(60_000)).toMatchObject({
      end: { kind: 'cutOff', why: 'provider', fault: 'unreachable' },
    });
    // Without an end.
    provider.next(broken);
    expect(await report(60_000)).toMatchObject({ end: { kind: 'cutOff', fault: 'malformed' } });
    provider.next([...(broken as []), { kind: 'fail', error: new TypeError('sk-secret') }]);
    expect(await report(60_000)).toMatchObject({ end: { kind: 'cutOff', why: 'provider' } });
    expect(provider.requests.length).toBe(3);
  });

  test('[PROVIDER-5] what is no error of a provider is one answer that is malformed, and what it says goes nowhere', async () => {
    provider.next([{ kind: 'fail', error: new TypeError('sk-secret') }]);
    const failed = await report(60_000);
    expect(failed?.end).toEqual({ kind: 'failed', fault: 'malformed', detail: 'a defect (TypeError)' });
  });

  test('[REPLY-3] an end without text fails, and one that is too long or kept back is cut off', async () => {
    provider.next(
      [{ kind: 'end' }],
      [
        { kind: 'text', text: '' },
        { kind: 'end', reason: 'filtered' },
      ],
    );
    expect((await report(0))?.end).toMatchObject({ kind: 'failed', fault: 'malformed' });
    expect((await report(0))?.end).toMatchObject({ kind: 'failed', fault: 'malformed' });
    for (const reason of ['length', 'filtered'] as const) {
      provider.next([
        { kind: 'text', text: 'x' },
        { kind: 'end', reason },
      ]);
      expect((await report(0))?.end).toEqual({ kind: 'cutOff', why: reason, fault: undefined });
    }
  });

  test('[PROVIDER-4] a provider that says nothing is left after the time-out, also when it does not end', async () => {
    provider.next([{ kind: 'hang' }]);
    const { asked } = begin();
    await clock.advance(9_999);
    expect(asked.report).toBeUndefined();
    await clock.advance(1);
    expect(asked.report).toMatchObject({
      end: { kind: 'failed', fault: 'timeout' },
      reached: true,
      tokens: { prompt: 100, answer: 0 },
    });
    expect(provider.active).toBe(0);
    expect(clock.pending).toBe(0);
  });

  test('[PROVIDER-4] each piece of text begins the time-out anew, empty ones do not; all of it takes ten time-outs at most', async () => {
    const slow = [
      { kind: 'text' as const, text: 'x' },
      { kind: 'wait' as const, ms: 9_000 },
    ];
    provider.next(Array.from({ length: 50 }, () => slow).flat());
    const { asked } = begin();
    await clock.advance(99_999);
    expect(asked.report).toBeUndefined();
    await clock.advance(1);
    expect(asked.report?.end).toEqual({ kind: 'cutOff', why: 'timeout', fault: 'timeout' });
    expect(text.length).toBe(12);
    const empty = [
      { kind: 'text' as const, text: '' },
      { kind: 'wait' as const, ms: 1_000 },
    ];
    provider.next(Array.from({ length: 50 }, () => empty).flat());
    expect((await report(10_000))?.end).toMatchObject({ kind: 'failed', fault: 'timeout' });
  });

  test('[PROVIDER-4] a model that thinks is at work: it says so within each time-out, and ten of them are the most', async () => {
    const thinks = [{ kind: 'thinking' as const }, { kind: 'wait' as const, ms: 9_000 }];
    const longer = Array.from({ length: 5 }, () => thinks).flat();
    provider.next([...longer, { kind: 'text', text: 'x' }, { kind: 'end' }]);
    expect((await report(45_000))?.end).toEqual({ kind: 'complete' });
    expect(text).toBe('x');
    provider.next(Array.from({ length: 50 }, () => thinks).flat());
    expect((await report(100_000))?.end).toMatchObject({ kind: 'failed', fault: 'timeout' });
  });

  test('[REPLY-4] called off, it ends at once: while waiting for the prompt, the text, the next attempt', async () => {
    provider.next([{ kind: 'hang' }], failing('failed'));
    const waiting = begin();
    await clock.advance(5);
    controller.abort();
    await waiting.done;
    expect(waiting.asked.report).toMatchObject({ end: { kind: 'aborted' }, attempts: 1 });
    controller = new AbortController();
    const resting = begin();
    await clock.advance(500);
    controller.abort();
    await resting.done;
    expect(resting.asked.report).toMatchObject({ end: { kind: 'aborted' }, attempts: 1 });
    const late = begin();
    await late.done;
    expect(late.asked.report).toMatchObject({ end: { kind: 'aborted' }, attempts: 0, reached: false });
    expect(clock.pending).toBe(0);
  });

  test('[PROMPT-1] no prompt, no question; the second attempt may have none any more', async () => {
    let prompts = 0;
    provider.next(failing('failed'));
    const lost = new Error('lost');
    const prompt = async () => {
      if (++prompts > 1) throw lost;
      return PROMPT;
    };
    expect(await report(1_000, { prompt })).toMatchObject({
      end: { kind: 'refused', error: lost },
      attempts: 1,
      reached: true,
    });
    expect(provider.requests.length).toBe(1);
  });

  test('[PROVIDER-3] who wants no more gets no more, and hundreds of thousands of small pieces hold up nobody', async () => {
    provider.next(Array.from({ length: 100_000 }, () => ({ kind: 'text' as const, text: 'x' })));
    let others = 0;
    const { asked } = begin({ write: () => ++others < 90_000 });
    await clock.advance(0);
    expect(asked.report?.end).toMatchObject({ kind: 'cutOff', why: 'length' });
    expect(provider.active).toBe(0);
  });
});
