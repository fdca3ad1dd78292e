/** A provider that takes its time and fails in every way, by chance; it keeps what it was asked. Its time is that of the server's life that asks. */
import type { Clock } from '@sotto/protocol';
import type { RandomNumber } from '@sotto/protocol/testing';
import {
  type OpenProvider,
  ProviderError,
  type ProviderPart,
  type ProviderRequest,
  type TokenCount,
} from '@sotto/server/testing';

const THINKING_MAX_MS = 2_500;
const PIECE_MAX_MS = 700;
const PIECES_MAX = 8;
const RETRY_MAX_MS = 90_000;
/** More than a message holds. */
const FLOOD = 'flood '.repeat(4_000);

type Fate =
  | 'answers'
  | 'answersUncounted'
  | 'breaks'
  | 'hangs'
  | 'floods'
  | 'filters'
  | 'rateLimited'
  | 'failed'
  | 'unreachable'
  | 'refused'
  | 'malformed';

const FATES: readonly (readonly [number, Fate])[] = [
  [14, 'answers'],
  [3, 'answersUncounted'],
  [2, 'breaks'],
  [1, 'hangs'],
  [1, 'floods'],
  [1, 'filters'],
  [2, 'rateLimited'],
  [2, 'failed'],
  [2, 'unreachable'],
  [1, 'refused'],
  [1, 'malformed'],
];
const LOTS = FATES.flatMap(([weight, fate]) => Array.from({ length: weight }, () => fate));

export interface SeenRequest {
  request: ProviderRequest;
  atMs: number;
  /** Which life of the server asked. */
  life: number;
  fate: Fate;
  /** A word that stands in nothing but its answer. */
  mark: string;
  /** Whether something came of it, so that it costs; as it was given up before, nobody knows. */
  reached: 'yes' | 'no' | 'perhaps';
  /** As it told the server. */
  tokens: TokenCount | undefined;
}

export class ChanceProvider {
  readonly seen: SeenRequest[] = [];
  /** The most that were under way at a time. */
  most = 0;
  readonly #number: RandomNumber;
  #underWay = 0;

  constructor(number: RandomNumber) {
    this.#number = number;
  }

  /** For one life of the server: what was asked in the one before is never heard of again. */
  open(life: number, clock: Clock): OpenProvider {
    this.#underWay = 0;
    return () => ({
      stream: (request, signal) => {
        const seen: SeenRequest = {
          request,
          atMs: clock.now(),
          life,
          fate: this.#fate(),
          mark: `m${this.seen.length}m`,
          reached: 'perhaps',
          tokens: undefined,
        };
        this.seen.push(seen);
        return this.#parts(seen, clock, signal);
      },
    });
  }

  /** Whoever is out of reach often is for a while. */
  #fate(): Fate {
    const last = this.seen.at(-1)?.fate;
    if (last === 'unreachable' && this.#number(3) > 0) return last;
    return LOTS[this.#number(LOTS.length)] ?? 'answers';
  }

  async *#parts(seen: SeenRequest, clock: Clock, signal: AbortSignal): AsyncGenerator<ProviderPart> {
    this.most = Math.max(this.most, ++this.#underWay);
    try {
      await wait(clock, this.#number(THINKING_MAX_MS), signal);
      this.#failEarly(seen);
      seen.reached = 'yes';
      yield { kind: 'text', text: `${seen.mark} ` };
      yield* this.#text(seen, clock, signal);
    } finally {
      this.#underWay--;
    }
  }

  #failEarly(seen: SeenRequest): void {
    const number = this.#number;
    switch (seen.fate) {
      case 'unreachable':
        seen.reached = 'no';
        throw new ProviderError('unreachable', 'nobody is there');
      case 'rateLimited':
        seen.reached = 'yes';
        throw new ProviderError('rateLimited', 'later', number(2) === 0 ? undefined : number(RETRY_MAX_MS));
      case 'failed':
      case 'refused':
      case 'malformed':
        seen.reached = 'yes';
        throw new ProviderError(seen.fate, 'out of order');
    }
  }

  async *#text(seen: SeenRequest, clock: Clock, signal: AbortSignal): AsyncGenerator<ProviderPart> {
    const number = this.#number;
    if (seen.fate === 'floods') yield { kind: 'text', text: FLOOD };
    for (let pieces = number(PIECES_MAX); pieces > 0; pieces--) {
      await wait(clock, number(PIECE_MAX_MS), signal);
      yield { kind: 'text', text: `tea #garden/${number(40)} ` };
    }
    if (seen.fate === 'hangs') await wait(clock, Number.MAX_SAFE_INTEGER, signal);
    if (seen.fate === 'breaks') throw new ProviderError('unreachable', 'it broke');
    if (seen.fate !== 'answersUncounted') seen.tokens = { prompt: 10 + number(90), answer: 1 + number(50) };
    yield {
      kind: 'end',
      reason: seen.fate === 'filters' ? 'filtered' : 'complete',
      tokens: seen.tokens,
    };
  }
}

function wait(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const over = () => {
      stop();
      reject(signal.reason);
    };
    const stop = clock.after(ms, () => {
      signal.removeEventListener('abort', over);
      resolve();
    });
    signal.addEventListener('abort', over, { once: true });
  });
}
