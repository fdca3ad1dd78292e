/** Sees everything that is said between a manager and its world, and has it judged. */
import type { PathCommand } from '../commands.ts';
import { Book } from './book.ts';
import type { Fact, Input, Judge } from './facts.ts';
import { AskJudge } from './judge-ask.ts';
import { HoldJudge } from './judge-hold.ts';
import { MoveJudge } from './judge-move.ts';
import { SearchJudge } from './judge-search.ts';

const PROBLEMS_MAX = 5;

export interface WitnessOptions {
  /** Best first. */
  transports: readonly string[];
  network: string;
  beganMs: number;
}

export class Witness {
  readonly problems: string[] = [];
  readonly book: Book;
  readonly holds: HoldJudge;
  readonly #beganMs: number;
  readonly #judges: readonly Judge[];
  readonly #facts: { at: number; what: Fact | string }[] = [];

  constructor({ transports, network, beganMs }: WitnessOptions) {
    const complain = (what: string) => this.problem(what);
    this.#beganMs = beganMs;
    this.book = new Book(transports, network, complain);
    this.holds = new HoldJudge(this.book, complain);
    const heldUntil = (transport: string) => this.holds.heldUntil(transport);
    const search = new SearchJudge(this.book, (transport) => heldUntil(transport) > this.book.now, complain);
    const ask = new AskJudge(this.book, heldUntil, () => search.isSearching, complain);
    this.#judges = [ask, search, new MoveJudge(this.book, complain), this.holds];
  }

  problem(what: string): void {
    if (this.problems.length < PROBLEMS_MAX) this.problems.push(`${this.#at(this.book.now)} ${what}`);
  }

  /** Something happened in the world, of which the manager knows nothing. */
  note(now: number, what: string): void {
    this.#facts.push({ at: now, what });
  }

  step(now: number, input: Input, commands: readonly PathCommand[], deadline: number): void {
    this.book.now = now;
    this.book.input = input;
    this.#see(input);
    for (const command of commands) this.#see(command);
    for (const judge of this.#judges) judge.settled?.(deadline);
  }

  get trace(): readonly string[] {
    return this.#facts.map(
      ({ at, what }) => `${this.#at(at)} ${typeof what === 'string' ? what : describe(what)}`,
    );
  }

  /** How many facts of that kind there were. */
  count(kind: Fact['kind']): number {
    return this.#facts.filter(({ what }) => typeof what !== 'string' && what.kind === kind).length;
  }

  #see(fact: Fact): void {
    this.#facts.push({ at: this.book.now, what: fact });
    for (const judge of this.#judges) judge.before?.(fact);
    this.book.apply(fact);
    for (const judge of this.#judges) judge.after?.(fact);
  }

  #at(now: number): string {
    return ((now - this.#beganMs) / 1_000).toFixed(3).padStart(9);
  }
}

function describe({ kind, ...rest }: Fact): string {
  return `${kind} ${Object.values(rest).join(' ')}`;
}
