/** `OpenProvider` by the AI SDK: it shapes requests and reads answers; where they go and how much is read is decided here. */
import {
  type OpenProvider,
  type Provider,
  type ProviderAccess,
  ProviderError,
  type ProviderPart,
  type ProviderRequest,
  type TokenCount,
} from '../assistants/provider.ts';
import { systemLookUp } from './addresses.ts';
import { type Asked, sdkFault } from './faults.ts';
import { type Fetching, fetchEvents } from './fetching.ts';

/** `privateHosts`: names that may stand for addresses that are not public. */
export function createOpenProvider(
  privateHosts: readonly string[],
  { lookUp = systemLookUp, nowMs = Date.now }: Partial<Omit<Fetching, 'privateHosts'>> = {},
): OpenProvider {
  return (access) => new SdkProvider(access, { privateHosts, lookUp, nowMs });
}

/** A server without assistants does not load it. */
async function loadSdk() {
  // It would write to the console what a model does not support.
  globalThis.AI_SDK_LOG_WARNINGS = false;
  const [{ streamText }, { createOpenAICompatible }] = await Promise.all([
    import('ai'),
    import('@ai-sdk/openai-compatible'),
  ]);
  return { streamText, createOpenAICompatible };
}

class SdkProvider implements Provider {
  readonly #access: ProviderAccess;
  readonly #fetching: Fetching;

  constructor(access: ProviderAccess, fetching: Fetching) {
    this.#access = access;
    this.#fetching = fetching;
  }

  async *stream(request: ProviderRequest, signal: AbortSignal): AsyncGenerator<ProviderPart> {
    signal.throwIfAborted();
    const base = baseUrl(this.#access);
    checkKey(this.#access.key);
    const asked: Asked = { kind: this.#access.kind, host: base.host, model: request.model };
    const ended = new AbortController();
    const either = AbortSignal.any([signal, ended.signal]);
    let failure: unknown;
    const send = this.#fetch(asked, either, (error) => {
      failure = error;
    });
    try {
      for await (const part of await this.#ask(base, request, send, either)) {
        signal.throwIfAborted();
        switch (part.type) {
          case 'text-delta':
            if (part.text !== '') yield { kind: 'text', text: part.text };
            break;
          case 'reasoning-delta':
            yield { kind: 'thinking' };
            break;
          case 'finish':
            yield endOf(part.finishReason, part.totalUsage, asked);
            return;
          case 'error':
            throw part.error;
        }
      }
      signal.throwIfAborted();
      throw new ProviderError('unreachable', `${asked.host} broke off its answer`);
    } catch (error) {
      throw signal.aborted ? signal.reason : sdkFault(failure ?? error, asked, this.#fetching.nowMs());
    } finally {
      ended.abort();
    }
  }

  async #ask(base: URL, request: ProviderRequest, send: typeof fetch, signal: AbortSignal) {
    const { streamText, createOpenAICompatible } = await loadSdk();
    const provider = createOpenAICompatible({
      name: this.#access.kind,
      baseURL: base.href,
      includeUsage: true,
      fetch: send,
      ...(this.#access.key === undefined ? {} : { apiKey: this.#access.key }),
      ...(base.hostname.endsWith('.openai.com') ? { transformRequestBody: newerLimit } : {}),
    });
    return streamText({
      model: provider.chatModel(request.model),
      instructions: request.system,
      messages: [{ role: 'user', content: request.user }],
      maxOutputTokens: request.maxAnswerTokens,
      // When to try again is decided by who asks [PROVIDER-5].
      maxRetries: 0,
      abortSignal: signal,
      telemetry: { isEnabled: false },
      // Without this it writes errors to the console, with the prompt in them.
      onError: () => {},
    }).fullStream;
  }

  #fetch(asked: Asked, signal: AbortSignal, failed: (error: unknown) => void): typeof fetch {
    const call = (input: Request | URL | string, init?: RequestInit) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const headers = new Headers(init?.headers);
      headers.set('user-agent', 'sotto');
      const body = typeof init?.body === 'string' ? init.body : '';
      return fetchEvents(url, { headers, body }, asked, signal, failed, this.#fetching);
    };
    return Object.assign(call, { preconnect: () => {} });
  }
}

/** Ollama has this API below /v1, and its own one at the address that people know [PROVIDER-1]. */
function baseUrl({ kind, url }: ProviderAccess): URL {
  const base = URL.parse(url);
  if (base === null || !/^https?:$/.test(base.protocol))
    throw new ProviderError(
      'refused',
      'the URL of the provider is none; write it like https://api.openai.com/v1',
    );
  const path = base.pathname.replace(/\/+$/, '');
  base.pathname = kind === 'ollama' && !path.endsWith('/v1') ? `${path}/v1` : path;
  base.username = '';
  base.password = '';
  base.search = '';
  base.hash = '';
  return base;
}

const KEY = /^[\x21-\x7e]+$/;

/** What headers refuse, they repeat. */
function checkKey(key: string | undefined): void {
  if (key !== undefined && !KEY.test(key))
    throw new ProviderError('unauthorized', 'the key has characters that no key has; check SOTTO_AI_KEY');
}

/** The newer models of OpenAI refuse `max_tokens`; of others many know nothing else. */
function newerLimit({ max_tokens, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return { ...rest, max_completion_tokens: max_tokens };
}

function endOf(
  reason: string,
  usage: { inputTokens: number | undefined; outputTokens: number | undefined },
  asked: Asked,
): ProviderPart {
  if (reason === 'tool-calls')
    throw new ProviderError('malformed', `${asked.host} asked for a tool, and none was offered`);
  const tokens = tokensOf(usage);
  if (reason === 'length') return { kind: 'end', reason: 'length', tokens };
  return { kind: 'end', reason: reason === 'content-filter' ? 'filtered' : 'complete', tokens };
}

const isCount = (value: number | undefined): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;

/** Undefined where it did not count, or counted nonsense. */
function tokensOf(usage: {
  inputTokens: number | undefined;
  outputTokens: number | undefined;
}): TokenCount | undefined {
  const { inputTokens: prompt, outputTokens: answer } = usage;
  return isCount(prompt) && isCount(answer) ? { prompt, answer } : undefined;
}
