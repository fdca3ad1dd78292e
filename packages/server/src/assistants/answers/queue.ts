/** Whose turn it is: so many answers are written at a time, a bounded number of questions waits in order [BUDGET-3]. Pure. */

/** Questions of one account that may wait. */
export const WAITING_MAX = 3;

export interface QueueOptions {
  /** Written at a time. */
  parallel: number;
  /** Waiting, at most. */
  bound: number;
}

export class AnswerQueue<Item extends object> {
  readonly #options: QueueOptions;
  readonly #running = new Set<Item>();
  /** In order, with the account that asked. */
  readonly #waiting = new Map<Item, number>();

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  get running(): ReadonlySet<Item> {
    return this.#running;
  }

  /** The first one first. */
  get waiting(): Iterable<Item> {
    return this.#waiting.keys();
  }

  /** Whether a question of the account would be taken now. */
  takes(account: number): boolean {
    if (this.#isFree) return true;
    return this.#waiting.size < this.#options.bound && this.#waitingOf(account) < WAITING_MAX;
  }

  /** 'busy': it was not taken. */
  add(item: Item, account: number): 'running' | 'waiting' | 'busy' {
    if (!this.takes(account)) return 'busy';
    if (this.#isFree) {
      this.#running.add(item);
      return 'running';
    }
    this.#waiting.set(item, account);
    return 'waiting';
  }

  /** It has ended, or waits no more. Answers those whose turn has come. */
  remove(item: Item): Item[] {
    this.#waiting.delete(item);
    this.#running.delete(item);
    const next: Item[] = [];
    for (const waiting of this.#waiting.keys()) {
      if (this.#running.size >= this.#options.parallel) break;
      this.#waiting.delete(waiting);
      this.#running.add(waiting);
      next.push(waiting);
    }
    return next;
  }

  /** From 1; 0 where it does not wait. */
  place(item: Item): number {
    return [...this.#waiting.keys()].indexOf(item) + 1;
  }

  /** Nobody is overtaken. */
  get #isFree(): boolean {
    return this.#running.size < this.#options.parallel && this.#waiting.size === 0;
  }

  #waitingOf(account: number): number {
    let waiting = 0;
    for (const asker of this.#waiting.values()) if (asker === account) waiting++;
    return waiting;
  }
}
