/** Asks a provider, again where that may help, and within its time [PROVIDER-4] [PROVIDER-5]. */
import type { Clock } from '@sotto/protocol';
import {
  type Provider,
  ProviderError,
  type ProviderFault,
  type ProviderPart,
  type TokenCount,
} from '../provider.ts';
import type { Prompt } from '../task.ts';
import { estimateTokens } from '../tokens.ts';
import { Deadline } from './deadline.ts';
import { sleep } from './sleep.ts';

/** Waits before the second attempt and the third. */
const RETRY_AFTER_MS = [1_000, 4_000] as const;
/** A provider that says a later time is not waited for. */
const RETRY_AFTER_MAX_MS = 60_000;
/** An answer takes at most so many time-outs. */
const WHOLE_TIMEOUTS = 10;
/** A question counts at most so many times what it was taken to cost: one wrong number is not to use up everybody's day. */
const COUNTED_MAX = 10;
/** What comes at once is taken in turns, so that nobody waits for one answer. */
const PARTS_A_TURN = 256;

export type Fault = ProviderFault | 'timeout';

export type AttemptsEnd =
  | { kind: 'complete' }
  /** Some text was written. */
  | { kind: 'cutOff'; why: 'length' | 'filtered' | 'timeout' | 'provider'; fault: Fault | undefined }
  | { kind: 'failed'; fault: Fault; detail: string }
  /** By `signal`. */
  | { kind: 'aborted' }
  /** There was no prompt, and nothing was asked. */
  | { kind: 'refused'; error: unknown };

export interface AttemptsOptions {
  provider: Provider;
  model: string;
  maxAnswerTokens: number;
  timeoutMs: number;
  clock: Clock;
  signal: AbortSignal;
  /** Called for each attempt. */
  prompt: () => Promise<Prompt>;
  /** Text as it comes, never empty. False: no more is wanted. */
  write: (text: string, prompt: Prompt) => boolean;
}

export interface AttemptsReport {
  end: AttemptsEnd;
  attempts: number;
  /** Some attempt was answered by something, or may have been. */
  reached: boolean;
  /** As the provider counted them, or estimated. */
  tokens: TokenCount;
}

/** What one attempt came to. */
interface Attempt {
  end: AttemptsEnd | { kind: 'error'; error: ProviderError };
  tokens: TokenCount;
}

const NO_TOKENS: TokenCount = { prompt: 0, answer: 0 };
/** Nothing of the question was taken by a provider. */
const UNREACHED: ReadonlySet<Fault> = new Set(['unreachable', 'forbidden']);
const AGAIN: ReadonlySet<ProviderFault> = new Set(['rateLimited', 'failed', 'unreachable']);

/** Never rejects. */
export async function ask(options: AttemptsOptions): Promise<AttemptsReport> {
  const { clock, signal, timeoutMs } = options;
  const untilMs = clock.now() + WHOLE_TIMEOUTS * timeoutMs;
  const report = { attempts: 0, reached: false, tokens: NO_TOKENS };
  for (;;) {
    const prompt = await options.prompt().catch((error: unknown) => ({ error }));
    if (signal.aborted) return { ...report, end: { kind: 'aborted' } };
    if ('error' in prompt) return { ...report, end: { kind: 'refused', error: prompt.error } };
    const attempt = await attemptOnce(options, prompt, untilMs);
    report.attempts++;
    report.tokens = sum(report.tokens, attempt.tokens);
    const { end } = attempt;
    if (end.kind !== 'error') return { ...report, reached: true, end };
    const { error } = end;
    if (!UNREACHED.has(error.fault)) report.reached = true;
    const waitMs = retryIn(error, report.attempts);
    if (waitMs === undefined || clock.now() + waitMs >= untilMs)
      return { ...report, end: { kind: 'failed', fault: error.fault, detail: error.message } };
    await sleep(clock, waitMs, signal);
    if (signal.aborted) return { ...report, end: { kind: 'aborted' } };
  }
}

/** Undefined: not again. */
function retryIn({ fault, retryAfterMs }: ProviderError, attempts: number): number | undefined {
  const usual = RETRY_AFTER_MS[attempts - 1];
  if (usual === undefined || !AGAIN.has(fault)) return undefined;
  if (retryAfterMs === undefined) return usual;
  return retryAfterMs <= RETRY_AFTER_MAX_MS ? Math.max(0, retryAfterMs) : undefined;
}

async function attemptOnce(options: AttemptsOptions, prompt: Prompt, untilMs: number): Promise<Attempt> {
  const { provider, model, maxAnswerTokens } = options;
  const deadline = new Deadline({ ...options, untilMs });
  const request = { model, system: prompt.system, user: prompt.user, maxAnswerTokens };
  const written = { wrote: false, tokens: 0 };
  const most = COUNTED_MAX * (prompt.tokens + maxAnswerTokens);
  const ended = (end: Attempt['end'], counted?: TokenCount): Attempt => {
    // What was sent has cost something, whatever came.
    const estimated = { prompt: prompt.tokens, answer: written.tokens };
    return { end, tokens: counted !== undefined && isSane(counted) ? bounded(counted, most) : estimated };
  };
  let parts: AsyncIterator<ProviderPart> | undefined;
  try {
    parts = provider.stream(request, deadline.signal)[Symbol.asyncIterator]();
    for (let count = 1; ; count++) {
      const next = await deadline.race(parts.next());
      if (next.done === true) throw new ProviderError('malformed', 'the answer broke off');
      const part = next.value;
      if (part.kind === 'end') return ended(endOf(part.reason, written.wrote), part.tokens);
      if (part.kind === 'text' && part.text === '') continue;
      deadline.heard();
      if (count % PARTS_A_TURN === 0) await deadline.race(sleep(options.clock, 0));
      if (part.kind === 'thinking') continue;
      written.wrote = true;
      written.tokens += estimateTokens(part.text);
      if (!options.write(part.text, prompt))
        return ended({ kind: 'cutOff', why: 'length', fault: undefined });
    }
  } catch (error) {
    return broken(error, deadline.missed, ended, written.wrote);
  } finally {
    deadline.end();
    // Who does not end when asked to is not waited for.
    void leave(parts);
  }
}

async function leave(parts: AsyncIterator<ProviderPart> | undefined): Promise<void> {
  await parts?.return?.().catch(() => {});
}

function endOf(reason: Extract<ProviderPart, { kind: 'end' }>['reason'], wrote: boolean): AttemptsEnd {
  if (!wrote) return { kind: 'failed', fault: 'malformed', detail: `an answer without text (${reason})` };
  return reason === 'complete' ? { kind: 'complete' } : { kind: 'cutOff', why: reason, fault: undefined };
}

function broken(
  error: unknown,
  missed: Deadline['missed'],
  ended: (end: Attempt['end'], tokens?: TokenCount) => Attempt,
  wrote: boolean,
): Attempt {
  if (missed === 'aborted') return ended({ kind: 'aborted' });
  if (missed === 'timeout') {
    if (wrote) return ended({ kind: 'cutOff', why: 'timeout', fault: 'timeout' });
    return ended({ kind: 'failed', fault: 'timeout', detail: 'nothing came in time' });
  }
  const failure =
    error instanceof ProviderError ? error : new ProviderError('malformed', `a defect (${nameOf(error)})`);
  if (wrote) return ended({ kind: 'cutOff', why: 'provider', fault: failure.fault });
  const end = { kind: 'error', error: failure } as const;
  // It took the prompt, and answered: what that cost nobody has said.
  return failure.fault === 'malformed' ? ended(end) : { end, tokens: NO_TOKENS };
}

/** What it says may be anybody's. */
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

/** What a provider counts goes into budgets. */
const isSane = (tokens: TokenCount): boolean =>
  [tokens.prompt, tokens.answer].every((count) => Number.isSafeInteger(count) && count >= 0);

const bounded = ({ prompt, answer }: TokenCount, most: number): TokenCount => ({
  prompt: Math.min(prompt, most),
  answer: Math.min(answer, most),
});

const sum = (a: TokenCount, b: TokenCount): TokenCount => ({
  prompt: a.prompt + b.prompt,
  answer: a.answer + b.answer,
});
