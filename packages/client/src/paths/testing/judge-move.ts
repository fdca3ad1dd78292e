/** [PATH-2] [PATH-5] [PATH-6]: what the session moves to, and what becomes of the others. */
import type { Attempt, Book } from './book.ts';
import { type Complain, type Fact, GRAIN_MS, type Judge } from './facts.ts';

/** How long the session may take to move, where another path goes on, and where none does. */
const ADOPT_MS = 3_000;
const ADOPT_ALONE_MS = 6_000;

export class MoveJudge implements Judge {
  readonly #book: Book;
  readonly #complain: Complain;
  #giveUpAt = Number.POSITIVE_INFINITY;

  constructor(book: Book, complain: Complain) {
    this.#book = book;
    this.#complain = complain;
  }

  before(fact: Fact): void {
    switch (fact.kind) {
      case 'dial':
        this.#dial(fact.transport);
        return;
      case 'adopt':
        this.#adopt(this.#book.attempt(fact.attempt));
        return;
      case 'cancel':
        this.#cancel(this.#book.attempt(fact.attempt));
        return;
      case 'retire':
        this.#retire(this.#book.attempt(fact.attempt));
        return;
      default:
        return;
    }
  }

  settled(deadline: number): void {
    const { running, alive, stuck, adopting, used } = this.#book;
    if (!running) {
      for (const { id, transport, state } of alive)
        this.#complain(`stops, and ${transport} (${id}) is ${state}`);
      if (deadline < Number.POSITIVE_INFINITY) this.#complain('stopped, and wants to be called again');
      return;
    }
    for (const { transport, state } of alive) {
      if (state === 'leaving') this.#complain(`[PATH-6] ${transport} was left and is not retired`);
      if (state === 'open' && adopting === undefined) this.#complain(`${transport} is open for nothing`);
      const isWorse = used !== undefined && this.#book.rank(transport) >= this.#book.rank(used.transport);
      if (!stuck && isWorse && (state === 'dialling' || state === 'open'))
        this.#complain(`[PATH-2] [PATH-5] ${transport} is tried although ${used.transport} works`);
    }
    if (adopting !== undefined && deadline > this.#giveUpAt + GRAIN_MS)
      this.#complain(`[PATH-6] is to give ${adopting.transport} up before its deadline`);
    if (alive.length > 2 * this.#book.order.length + 1) this.#complain(`${alive.length} attempts`);
  }

  #dial(transport: string): void {
    const { stuck, used } = this.#book;
    if (!stuck && used !== undefined && this.#book.rank(transport) >= this.#book.rank(used.transport))
      this.#complain(`dials ${transport} although ${used.transport} works`);
  }

  #adopt(attempt: Attempt | undefined): void {
    const { stuck, used, now } = this.#book;
    this.#giveUpAt = now + (used === undefined ? ADOPT_ALONE_MS : ADOPT_MS);
    if (attempt === undefined || stuck || used === undefined) return;
    if (this.#book.rank(attempt.transport) >= this.#book.rank(used.transport))
      this.#complain(`moves from ${used.transport}, which works, to ${attempt.transport}`);
  }

  /** What the session may be moving to is given up when its time is over, not before. */
  #cancel(attempt: Attempt | undefined): void {
    const { now, input } = this.#book;
    if (attempt?.state !== 'adopting' || input.kind === 'stop') return;
    if (now < this.#giveUpAt - GRAIN_MS)
      this.#complain(
        `[PATH-6] gives ${attempt.transport} up ${Math.round(this.#giveUpAt - now)} ms too early`,
      );
  }

  #retire(attempt: Attempt | undefined): void {
    const { input } = this.#book;
    if (attempt?.state === 'used' && input.kind !== 'stop')
      this.#complain(`[PATH-6] retires ${attempt.transport}, on which the session is`);
  }
}
