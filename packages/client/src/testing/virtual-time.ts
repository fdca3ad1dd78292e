/** Time that passes only when a test says so, and that waits for WebCrypto. */
import { VirtualClock } from '@sotto/protocol/testing';

export class VirtualTime extends VirtualClock {
  /** Lets promises settle, WebCrypto's included, and everything that is due now happen. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_ROUNDS; quiet += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      const due = (this.next ?? Number.POSITIVE_INFINITY) <= this.now();
      if (due) await this.advance(0);
      if (due || cryptoAtWork > 0) quiet = -1;
    }
  }

  /** Lets `ms` pass, timer by timer. */
  async pass(ms: number): Promise<void> {
    const end = this.now() + ms;
    await this.settle();
    while (this.next !== undefined && this.next <= end) await this.#goTo(this.next);
    await this.#goTo(end);
  }

  /** Until `condition` holds; fails after `limitMs` of virtual time. */
  async until(condition: () => boolean, limitMs = 120_000): Promise<void> {
    const end = this.now() + limitMs;
    await this.settle();
    while (!condition()) {
      if (this.next === undefined || this.next > end) throw new Error('what the test waits for never came');
      await this.#goTo(this.next);
    }
  }

  async #goTo(at: number): Promise<void> {
    this.jump(Math.max(0, at - this.now()));
    await this.settle();
  }
}

/** Rounds of the event loop without anything new before all is quiet. */
const QUIET_ROUNDS = 3;

/** WebCrypto works on other threads, in real time: what it has begun is waited for. */
let cryptoAtWork = 0;
const WORK = [
  'sign',
  'verify',
  'digest',
  'encrypt',
  'decrypt',
  'deriveKey',
  'importKey',
  'exportKey',
  'generateKey',
] as const;
for (const name of WORK) {
  const original = crypto.subtle[name].bind(crypto.subtle) as (...args: unknown[]) => Promise<unknown>;
  const counted = (...args: unknown[]) => {
    cryptoAtWork += 1;
    return original(...args).finally(() => {
      cryptoAtWork -= 1;
    });
  };
  Object.defineProperty(crypto.subtle, name, { value: counted, configurable: true });
}
