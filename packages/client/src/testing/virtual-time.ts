/** Time that passes only when a test says so. */
import type { Clock, Random } from '@sotto/protocol';

interface Timer {
  at: number;
  order: number;
  task: () => void;
}

const START_MS = 1_000_000;

export class VirtualTime implements Clock {
  #now = START_MS;
  #timers: Timer[] = [];
  #order = 0;

  now(): number {
    return this.#now;
  }

  after(delayMs: number, task: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, delayMs), order: this.#order++, task };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  get waiting(): number {
    return this.#timers.length;
  }

  /** Lets promises settle, WebCrypto's included, and everything that is due now happen. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_ROUNDS; ) {
      await new Promise((resolve) => setImmediate(resolve));
      quiet = this.#runDue() || cryptoAtWork > 0 ? 0 : quiet + 1;
    }
  }

  /** Lets `ms` pass, timer by timer. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await this.settle();
    for (let next = this.#next(); next !== undefined && next.at <= end; next = this.#next()) {
      this.#now = next.at;
      await this.settle();
    }
    this.#now = end;
  }

  /** The machine sleeps: time jumps, and every timer in between is late. */
  jump(ms: number): void {
    this.#now += ms;
  }

  /** Until `condition` holds; fails after `limitMs` of virtual time. */
  async until(condition: () => boolean, limitMs = 120_000): Promise<void> {
    const end = this.#now + limitMs;
    await this.settle();
    while (!condition()) {
      const next = this.#next();
      if (next === undefined || next.at > end) throw new Error('what the test waits for never came');
      this.#now = Math.max(this.#now, next.at);
      await this.settle();
    }
  }

  #next(): Timer | undefined {
    return this.#timers.toSorted((a, b) => a.at - b.at || a.order - b.order)[0];
  }

  #runDue(): boolean {
    const next = this.#next();
    if (next === undefined || next.at > this.#now) return false;
    this.#timers = this.#timers.filter((timer) => timer !== next);
    next.task();
    return true;
  }
}

/** Rounds of the event loop without anything new before all is quiet. */
const QUIET_ROUNDS = 3;

/** WebCrypto works on other threads, in real time: what it has begun is waited for. */
let cryptoAtWork = 0;
for (const name of ['sign', 'digest', 'importKey', 'exportKey', 'generateKey'] as const) {
  const original = crypto.subtle[name].bind(crypto.subtle) as (...args: unknown[]) => Promise<unknown>;
  const counted = (...args: unknown[]) => {
    cryptoAtWork += 1;
    return original(...args).finally(() => {
      cryptoAtWork -= 1;
    });
  };
  Object.defineProperty(crypto.subtle, name, { value: counted, configurable: true });
}

/** The same bytes in every run. */
export function countingRandom(seed = 1): Random {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };
  return { bytes: (length) => Uint8Array.from({ length }, next) };
}
