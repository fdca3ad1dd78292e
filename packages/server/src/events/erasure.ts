/** Has the files follow what was erased, soon [ERASE-2]. */
import type { Clock } from '@sotto/protocol';
import type { EventStore } from './store.ts';

/** What is erased meanwhile goes together. */
const GATHER_MS = 10_000;
/** The steps go through the whole file, and anybody may erase something at any time: so they rest twice as long as they took, up to this. */
const REST_MAX_MS = 30_000;
/** Between steps, so that what waits for storage comes in. */
const PAUSE_MS = 10;
/** Steps that stopping may take: what is not done by then is done after the next start. */
const LAST_STEPS_MAX = 50;
/** Somebody reads what was there before. */
const BUSY_RETRY_MS = 1_000;

export interface ErasureOptions {
  store: Pick<EventStore, 'scrub'>;
  clock: Clock;
  /** Told of failures; it is tried again. */
  onFailure: (failure: unknown) => void;
}

export class Erasure {
  readonly #options: ErasureOptions;
  /** Where the steps that are under way go on; undefined when there is nothing to do. */
  #from: number | undefined;
  /** Something was erased after they began. */
  #again = false;
  #beganMs = 0;
  #restMs = GATHER_MS;
  #cancel: (() => void) | undefined;
  #stepping: Promise<void> | undefined;
  #stopped = false;

  constructor(options: ErasureOptions) {
    this.#options = options;
  }

  /** Something was erased. */
  request = (): void => {
    if (this.#from === undefined) this.#schedule(0, this.#restMs);
    else if (this.#from > 0 || this.#stepping !== undefined) this.#again = true;
  };

  /** After everything that erases has stopped. Does now what is left to do, as far as nothing is in the way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#stepping;
    if (this.#from !== undefined) await this.#finish().catch(this.#options.onFailure);
  }

  async #finish(): Promise<void> {
    let next: number | 'busy' = 0;
    for (let step = 0; step < LAST_STEPS_MAX && next !== 'busy'; step++) {
      next = await this.#options.store.scrub(next);
      if (next === 0) return;
    }
  }

  #schedule(from: number, inMs: number): void {
    this.#from = from;
    if (this.#stopped) return;
    this.#cancel = this.#options.clock.after(inMs, () => {
      this.#stepping = this.#step(from).finally(() => {
        this.#stepping = undefined;
      });
    });
  }

  async #step(from: number): Promise<void> {
    const { store, clock, onFailure } = this.#options;
    if (from === 0) this.#beganMs = clock.now();
    try {
      const next = await store.scrub(from);
      if (next === 'busy') this.#schedule(from, BUSY_RETRY_MS);
      else if (next > 0) this.#schedule(next, PAUSE_MS);
      else this.#finished();
    } catch (failure) {
      onFailure(failure);
      this.#schedule(0, GATHER_MS);
    }
  }

  #finished(): void {
    this.#from = undefined;
    const tookMs = this.#options.clock.now() - this.#beganMs;
    this.#restMs = Math.min(REST_MAX_MS, Math.max(GATHER_MS, 2 * tookMs));
    if (!this.#again) return;
    this.#again = false;
    this.#schedule(0, this.#restMs);
  }
}
