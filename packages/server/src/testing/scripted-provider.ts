/** A provider that says what a test wrote for it, by the test's clock, and remembers what it was asked. */
import type { Clock } from '@sotto/protocol';
import type {
  OpenProvider,
  Provider,
  ProviderAccess,
  ProviderPart,
  ProviderRequest,
  TokenCount,
} from '../assistants/provider.ts';
import type { AssistantSettings } from '../assistants/settings.ts';

export type ScriptStep =
  | { kind: 'text'; text: string }
  | { kind: 'thinking' }
  | { kind: 'wait'; ms: number }
  | {
      kind: 'end';
      reason?: Extract<ProviderPart, { kind: 'end' }>['reason'];
      tokens?: TokenCount;
    }
  /** A ProviderError, or a defect. */
  | { kind: 'fail'; error: Error }
  /** Says nothing any more, also when the request is called off. */
  | { kind: 'hang' };

export type Script = readonly ScriptStep[] | ((request: ProviderRequest) => readonly ScriptStep[]);

export interface ScriptedRequest extends ProviderRequest {
  access: ProviderAccess;
  atMs: number;
  /** It was called off, or all was taken. */
  ended: boolean;
}

/** Text, then a complete end. */
export const answering = (...texts: readonly string[]): ScriptStep[] => [
  ...texts.map((text) => ({ kind: 'text' as const, text })),
  { kind: 'end' },
];

export class ScriptedProvider {
  readonly requests: ScriptedRequest[] = [];
  /** For requests that `next` has nothing for; may be changed. */
  otherwise: Script = answering('Yes.');
  /** Requests that have not ended, now and at most. */
  active = 0;
  mostActive = 0;
  readonly #clock: Clock;
  readonly #scripts: Script[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** One for each of the next requests, in order. */
  next(...scripts: readonly Script[]): void {
    this.#scripts.push(...scripts);
  }

  readonly open: OpenProvider = (access): Provider => ({
    stream: (request, signal) => this.#stream(access, request, signal),
  });

  async *#stream(
    access: ProviderAccess,
    request: ProviderRequest,
    signal: AbortSignal,
  ): AsyncIterable<ProviderPart> {
    const script = this.#scripts.shift() ?? this.otherwise;
    const asked: ScriptedRequest = { ...request, access, atMs: this.#clock.now(), ended: false };
    this.requests.push(asked);
    this.mostActive = Math.max(this.mostActive, ++this.active);
    const end = () => {
      if (!asked.ended) this.active--;
      asked.ended = true;
    };
    signal.addEventListener('abort', end, { once: true });
    try {
      for (const step of typeof script === 'function' ? script(request) : script) {
        signal.throwIfAborted();
        const part = await this.#do(step, signal);
        if (part !== undefined) yield part;
      }
    } finally {
      end();
    }
  }

  async #do(step: ScriptStep, signal: AbortSignal): Promise<ProviderPart | undefined> {
    switch (step.kind) {
      case 'text':
      case 'thinking':
        return step;
      case 'wait':
        await this.#wait(step.ms, signal);
        return undefined;
      case 'end':
        return { kind: 'end', reason: step.reason ?? 'complete', tokens: step.tokens };
      case 'fail':
        throw step.error;
      case 'hang':
        return new Promise(() => {});
    }
  }

  #wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(ms, resolve);
      const abort = () => {
        cancel();
        reject(signal.reason);
      };
      signal.addEventListener('abort', abort, { once: true });
    });
  }
}

/** An assistant called `assistant` that nothing limits. */
export function assistantSettings(of: Partial<AssistantSettings> = {}): AssistantSettings {
  return {
    access: { kind: 'openai', url: 'https://model.example', key: 'sk-secret' },
    model: 'model-1',
    name: 'assistant',
    prompt: 'Be brief.',
    keyOf: () => undefined,
    privateHosts: [],
    contextTokens: 8_000,
    answerTokens: 1_000,
    parallel: 4,
    queue: 100,
    timeoutMs: 60_000,
    ...of,
    budgets: { account: undefined, room: undefined, server: undefined, ...of.budgets },
  };
}
