/** Whose turn it is: at most so many at a time, first come, first served. */
import { abortable } from '../abortable.ts';

export class Turns {
  readonly #atOnce: number;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** Resolves with what gives the turn back; calling that twice does nothing. */
  async take(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#taken < this.#atOnce) this.#taken += 1;
    else await this.#queue(signal);
    let isHeld = true;
    return () => {
      if (isHeld) this.#next();
      isHeld = false;
    };
  }

  async during<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    const giveBack = await this.take(signal);
    try {
      return await task();
    } finally {
      giveBack();
    }
  }

  get isIdle(): boolean {
    return this.#taken === 0;
  }

  async #queue(signal: AbortSignal | undefined): Promise<void> {
    const turn = Promise.withResolvers<void>();
    this.#waiting.push(turn.resolve);
    try {
      await abortable(turn.promise, signal);
    } catch (error) {
      const index = this.#waiting.indexOf(turn.resolve);
      if (index >= 0) this.#waiting.splice(index, 1);
      else this.#next();
      throw error;
    }
  }

  /** The turn passes on. */
  #next(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#taken -= 1;
    else next();
  }
}

/** One at a time for each key. */
export class KeyedTurns {
  readonly #turns = new Map<string, Turns>();

  /** As `Turns.take`. */
  async take(key: string, signal?: AbortSignal): Promise<() => void> {
    const turns = this.#turns.get(key) ?? new Turns(1);
    this.#turns.set(key, turns);
    const giveBack = await turns.take(signal);
    return () => {
      giveBack();
      if (turns.isIdle) this.#turns.delete(key);
    };
  }

  async during<T>(key: string, signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    const giveBack = await this.take(key, signal);
    try {
      return await task();
    } finally {
      giveBack();
    }
  }
}
