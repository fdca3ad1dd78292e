/** [PATH-8]: what is held off, reckoned anew from the history, and how often the session comes to a transport. */
import type { Attempt, Book } from './book.ts';
import { type Complain, type Fact, GRAIN_MS, type Judge } from './facts.ts';

const HOLD_MS = 15_000;
const HOLD_MAX_MS = 300_000;
const WINDOW_MS = 600_000;
const MOVES_MAX = 6;

interface Moves {
  /** When it was moved up to, whether or not that came to an end. */
  readonly upMs: number[];
  heldUntil: number;
}

export class HoldJudge implements Judge {
  readonly #book: Book;
  readonly #complain: Complain;
  readonly #moves = new Map<string, Moves>();
  /** Moves up from a path that worked, to any transport, for people. */
  moves = 0;

  constructor(book: Book, complain: Complain) {
    this.#book = book;
    this.#complain = complain;
  }

  heldUntil(transport: string): number {
    return this.#of(transport).heldUntil;
  }

  before(fact: Fact): void {
    switch (fact.kind) {
      case 'adopt':
        this.#checkAdopt(this.#book.attempt(fact.attempt));
        return;
      case 'adopted':
        this.#adopted(this.#book.attempt(fact.attempt));
        return;
      case 'cancel':
      case 'rejected':
        this.#gaveUp(this.#book.attempt(fact.attempt));
        return;
      case 'network':
        if (fact.network !== this.#book.network) this.#moves.clear();
        return;
      case 'choose':
        this.#moves.clear();
        return;
      default:
        return;
    }
  }

  #checkAdopt(attempt: Attempt | undefined): void {
    const { stuck, now } = this.#book;
    if (attempt === undefined || stuck) return;
    this.moves += 1;
    const { heldUntil } = this.#of(attempt.transport);
    if (now < heldUntil - GRAIN_MS)
      this.#complain(`[PATH-8] moves up to ${attempt.transport} ${Math.round(heldUntil - now)} ms too early`);
  }

  #adopted(attempt: Attempt | undefined): void {
    const from = this.#book.used?.transport ?? this.#book.left;
    if (attempt === undefined || from === undefined || from === attempt.transport) return;
    if (this.#book.rank(attempt.transport) < this.#book.rank(from)) this.#up(attempt.transport);
    else this.#left(from);
  }

  /** A move that does not come to an end disturbs as much as one that has to be taken back. */
  #gaveUp(attempt: Attempt | undefined): void {
    if (attempt?.state !== 'adopting' || this.#book.stuck || this.#book.input.kind === 'stop') return;
    this.#up(attempt.transport);
    this.#left(attempt.transport);
  }

  #up(transport: string): void {
    const { upMs } = this.#of(transport);
    const recent = this.#recent(transport);
    upMs.push(this.#book.now);
    if (!this.#book.stuck && recent >= MOVES_MAX)
      this.#complain(`[PATH-8] ${recent + 1} moves up to ${transport} within 10 min`);
  }

  #left(transport: string): void {
    const times = this.#recent(transport);
    if (times === 0) return;
    this.#of(transport).heldUntil = this.#book.now + Math.min(HOLD_MAX_MS, HOLD_MS * 2 ** (times - 1));
  }

  #recent(transport: string): number {
    return this.#of(transport).upMs.filter((at) => at > this.#book.now - WINDOW_MS).length;
  }

  #of(transport: string): Moves {
    const known = this.#moves.get(transport) ?? { upMs: [], heldUntil: 0 };
    this.#moves.set(transport, known);
    return known;
  }
}
