/**
 * The connection that the session is on at present. Whoever only asks need not notice that it moves: where the connection
 * ends under a question, the question is asked again on the next one [PATH-6].
 */
import type { Clock } from '@sotto/protocol';
import { NotConnected } from '../errors.ts';
import { NEXT_PATH_MS } from '../paths/policy.ts';
import type { Opened } from './open.ts';

export class Present {
  readonly #clock: Clock;
  #opened: Opened | undefined;
  /** Why there will be none any more. */
  #over: Error | undefined;
  #lostAtMs = Number.NEGATIVE_INFINITY;
  #next = quiet();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get opened(): Opened | undefined {
    return this.#opened;
  }

  /** Throws NotConnected where there is none. */
  get online(): Opened {
    if (this.#opened === undefined) throw new NotConnected('the client is offline');
    return this.#opened;
  }

  arrived(opened: Opened): void {
    this.#opened = opened;
    this.#over = undefined;
    this.#next.resolve(opened);
    this.#next = quiet();
  }

  lost(): void {
    if (this.#opened !== undefined) this.#lostAtMs = this.#clock.now();
    this.#opened = undefined;
  }

  /** No further one comes by itself. */
  end(reason: Error): void {
    this.lost();
    this.#over = reason;
    this.#next.reject(reason);
    this.#next = quiet();
  }

  /** For what is asked once, since it changes something. Rejects with NotConnected when no connection comes in time. */
  async now(): Promise<Opened> {
    return this.#opened ?? this.#another();
  }

  /** For questions, which change nothing. Rejects with NotConnected when no connection comes in time. */
  async ask<T>(question: (opened: Opened) => Promise<T>): Promise<T> {
    let opened = this.#opened ?? (await this.#another());
    for (;;) {
      try {
        return await question(opened);
      } catch (error) {
        if (!(error instanceof NotConnected) || opened.link.ended === undefined) throw error;
        opened = await this.#another(error);
      }
    }
  }

  /** The one that comes after the one that was lost a moment ago. */
  #another(trouble: Error = new NotConnected('the client is offline')): Promise<Opened> {
    const isHere = this.#opened !== undefined && this.#opened.link.ended === undefined;
    if (isHere && this.#opened !== undefined) return Promise.resolve(this.#opened);
    const lostAtMs = this.#opened === undefined ? this.#lostAtMs : this.#clock.now();
    const leftMs = lostAtMs + NEXT_PATH_MS - this.#clock.now();
    if (this.#over !== undefined || leftMs <= 0) return Promise.reject(this.#over ?? trouble);
    const late = Promise.withResolvers<Opened>();
    const cancel = this.#clock.after(leftMs, () => late.reject(trouble));
    return Promise.race([this.#next.promise, late.promise]).finally(cancel);
  }
}

/** A rejection that nobody awaits is no defect. */
function quiet(): PromiseWithResolvers<Opened> {
  const next = Promise.withResolvers<Opened>();
  next.promise.catch(() => {});
  return next;
}
