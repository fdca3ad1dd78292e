/** What speaks for an assistant: a language model behind HTTP. `providers/` implements this. */
import type { ProviderKind } from './store.ts';

/** Keep it out of logs, prompts and messages. */
export interface ProviderAccess {
  kind: ProviderKind;
  /** Base URL of the API, as the operator wrote it. */
  url: string;
  key: string | undefined;
}

export interface ProviderRequest {
  model: string;
  /** What the operator and the server say. */
  system: string;
  /** Everything else: one message, whose parts `prompt.ts` keeps apart. */
  user: string;
  maxAnswerTokens: number;
}

export interface TokenCount {
  prompt: number;
  answer: number;
}

/** Text as it comes, then one end. */
export type ProviderPart =
  | { kind: 'text'; text: string }
  /** The model is at work on what nobody is told. */
  | { kind: 'thinking' }
  | {
      kind: 'end';
      /** `length`: the model had more to say; `filtered`: the provider kept the rest back. */
      reason: 'complete' | 'length' | 'filtered';
      /** As the provider counted them, where it did. */
      tokens: TokenCount | undefined;
    };

/** For logs and administrators: says what to do, holds neither keys nor text of messages. */
export type ProviderFault =
  /** 401, 403: the key is wrong. */
  | 'unauthorized'
  /** 429. */
  | 'rateLimited'
  /** Other answers of 400 to 499: the model is unknown, the prompt too long. */
  | 'refused'
  /** 500 to 599. */
  | 'failed'
  /** No connection, or it broke. */
  | 'unreachable'
  /** What came is no answer, or more than one may be. */
  | 'malformed'
  /** The address is private and is not named as allowed. */
  | 'forbidden';

export class ProviderError extends Error {
  readonly fault: ProviderFault;
  /** As the provider said; undefined where it did not. */
  readonly retryAfterMs: number | undefined;

  constructor(fault: ProviderFault, message: string, retryAfterMs?: number) {
    super(message);
    this.name = 'ProviderError';
    this.fault = fault;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface Provider {
  /**
   * Rejects with ProviderError and nothing else but the reason of `signal`. Takes no time-out of its own, and asks once:
   * who calls decides. Memory is bounded whatever is sent. Ending the iteration ends the request.
   */
  stream(request: ProviderRequest, signal: AbortSignal): AsyncIterable<ProviderPart>;
}

export type OpenProvider = (access: ProviderAccess) => Provider;
