/** One question to a provider, to see whether it answers: from the process of `sotto admin`, with no room and no account. */
import {
  type OpenProvider,
  type ProviderAccess,
  ProviderError,
  type TokenCount,
} from '../assistants/provider.ts';

export interface Trial {
  access: ProviderAccess;
  model: string;
  /** What the operator tells the assistant. */
  prompt: string;
  question: string;
  maxAnswerTokens: number;
  timeoutMs: number;
}

export interface TrialReport {
  reason: 'complete' | 'length' | 'filtered';
  /** As the provider counted them, where it did. */
  tokens: TokenCount | undefined;
  firstTextMs: number | undefined;
  wholeMs: number;
}

const NO_PROMPT = 'You are the assistant of a group chat.';

/** Rejects with ProviderError, which says what to do, or the reason of `signal`. */
export async function tryProvider(
  open: OpenProvider,
  trial: Trial,
  write: (text: string) => void,
  signal: AbortSignal,
): Promise<TrialReport> {
  const { access, model, prompt, question, maxAnswerTokens, timeoutMs } = trial;
  const silence = new Silence(trial);
  const startedMs = performance.now();
  let firstTextMs: number | undefined;
  const request = { model, system: prompt === '' ? NO_PROMPT : prompt, user: question, maxAnswerTokens };
  try {
    silence.heard(timeoutMs);
    const either = AbortSignal.any([signal, silence.signal]);
    for await (const part of open(access).stream(request, either)) {
      const sinceMs = performance.now() - startedMs;
      if (part.kind === 'end')
        return { reason: part.reason, tokens: part.tokens, firstTextMs, wholeMs: sinceMs };
      silence.heard(timeoutMs);
      if (part.kind === 'thinking') continue;
      firstTextMs ??= sinceMs;
      write(part.text);
    }
    throw new ProviderError('unreachable', 'the answer has no end');
  } finally {
    silence.end();
  }
}

class Silence {
  readonly #controller = new AbortController();
  readonly #trial: Trial;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(trial: Trial) {
    this.#trial = trial;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  heard(timeoutMs: number): void {
    this.end();
    this.#timer = setTimeout(() => this.#controller.abort(this.#reason()), timeoutMs);
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #reason(): ProviderError {
    const { access, timeoutMs } = this.#trial;
    const host = URL.parse(access.url)?.host ?? 'the provider';
    const advice = 'it may be loading the model; try again, or raise SOTTO_AI_TIMEOUT';
    return new ProviderError('unreachable', `${host} said nothing for ${timeoutMs / 1_000} s: ${advice}`);
  }
}
