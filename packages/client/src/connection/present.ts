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
  #isMoving = false;

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

  /** `isLeaving`: the session is about to move on already. */
  arrived(opened: Opened, isLeaving: boolean): void {
    this.#opened = opened;
    this.#over = undefined;
    if (isLeaving) this.#isMoving = true;
    else this.#goOn(opened);
  }

  /** The session is about to leave it, and nothing new is to be done there. */
  moves(): void {
    this.#isMoving = true;
  }

  /** It does not leave after all. */
  stays(): void {
    if (this.#opened !== undefined) this.#goOn(this.#opened);
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
    return this.#opened === undefined || this.#isMoving ? this.#another() : this.#opened;
  }

  /** For what waits as long as it takes. Rejects once none comes by itself any more. */
  async next(): Promise<Opened> {
    const opened = this.#isMoving ? undefined : this.#opened;
    if (opened !== undefined && opened.link.ended === undefined) return opened;
    if (this.#over !== undefined) throw this.#over;
    return this.#next.promise;
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
    const opened = this.#isMoving ? undefined : this.#opened;
    if (opened !== undefined && opened.link.ended === undefined) return Promise.resolve(opened);
    const lostAtMs = this.#opened === undefined ? this.#lostAtMs : this.#clock.now();
    const leftMs = lostAtMs + NEXT_PATH_MS - this.#clock.now();
    if (this.#over !== undefined || leftMs <= 0) return Promise.reject(this.#over ?? trouble);
    const late = Promise.withResolvers<Opened>();
    const cancel = this.#clock.after(leftMs, () => late.reject(trouble));
    return Promise.race([this.#next.promise, late.promise]).finally(cancel);
  }

  #goOn(opened: Opened): void {
    this.#isMoving = false;
    this.#next.resolve(opened);
    this.#next = quiet();
  }
}

/** A rejection that nobody awaits is no defect. */
function quiet(): PromiseWithResolvers<Opened> {
  const next = Promise.withResolvers<Opened>();
  next.promise.catch(() => {});
  return next;
}
