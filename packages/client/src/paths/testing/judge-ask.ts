/** [PATH-7] [PATH-10] [PATH-14]: when better paths are asked for, and the one that is used for a sign of life. */
import type { Book } from './book.ts';
import { type Complain, type Fact, GRAIN_MS, type Judge } from './facts.ts';

const ASKED_AFTER_MS = [2_000, 5_000, 10_000] as const;
const ASKED_EVERY_MS = 20_000;
const NETWORK_CHANGED_MS = 1_000;

export class AskJudge implements Judge {
  readonly #book: Book;
  readonly #heldUntil: (transport: string) => number;
  readonly #isSearching: () => boolean;
  readonly #complain: Complain;
  #times = 0;
  /** When the next search for better ones is to begin. */
  #dueAt = Number.POSITIVE_INFINITY;
  #cameMs = 0;
  #offeredMs = 0;
  /** When it came to this path, or searched last. */
  #sinceMs = 0;
  #hasAskedForLife = false;
  /** When something was to be held off no more. */
  readonly #releases = new Set<number>();

  constructor(
    book: Book,
    heldUntil: (transport: string) => number,
    isSearching: () => boolean,
    complain: Complain,
  ) {
    this.#book = book;
    this.#heldUntil = heldUntil;
    this.#isSearching = isSearching;
    this.#complain = complain;
  }

  before(fact: Fact): void {
    if (fact.kind === 'ask') this.#hasAskedForLife = true;
    if (fact.kind === 'dial' && !this.#book.stuck && !this.#isSearching()) this.#search(fact.transport);
  }

  after(fact: Fact): void {
    const { now, stuck } = this.#book;
    if (fact.kind === 'startOn' || fact.kind === 'adopted') {
      this.#times = 0;
      this.#cameMs = now;
      this.#again();
    } else if (fact.kind === 'offered') this.#offeredMs = now;
    else if (fact.kind === 'network' && !stuck) {
      this.#times = 0;
      this.#cameMs = now;
      this.#dueAt = now + NETWORK_CHANGED_MS;
    } else if (fact.kind === 'choose' && this.#book.used !== undefined) {
      this.#times = 0;
      this.#cameMs = now;
      this.#dueAt = now;
    }
  }

  settled(deadline: number): void {
    const { input, running, stuck, adopting, now } = this.#book;
    if (input.kind === 'network' && running && !stuck && !this.#hasAskedForLife)
      this.#complain('[PATH-10] the network changed, and nobody asks whether the path still works');
    this.#hasAskedForLife = false;
    for (const transport of this.#book.order) this.#releases.add(this.#heldUntil(transport));
    if (!running || stuck || adopting !== undefined || this.#isSearching()) {
      // It comes to that afterwards.
      this.#dueAt = Math.max(this.#dueAt, now);
      return;
    }
    for (const transport of this.#book.better) {
      const due = Math.max(now, this.#dueOf(transport));
      if (deadline > due + GRAIN_MS)
        this.#complain(
          `[PATH-7] ${transport} is to be asked for ${Math.round(deadline - due)} ms before the deadline`,
        );
    }
  }

  /** Whoever was held off, or was not offered, had no turn meanwhile. */
  #dueOf(transport: string): number {
    const heldUntil = this.#heldUntil(transport);
    const excusedUntil = Math.max(heldUntil, this.#offeredMs);
    return excusedUntil > this.#cameMs ? Math.max(this.#sinceMs, excusedUntil) + ASKED_EVERY_MS : this.#dueAt;
  }

  /** A search for better ones begins with this one: the best of those that are not held off. */
  #search(transport: string): void {
    const { now } = this.#book;
    const isReleased = [...this.#releases].some((at) => at > this.#sinceMs && now >= at - GRAIN_MS);
    if (now < this.#dueAt - GRAIN_MS && !isReleased)
      this.#complain(`[PATH-7] asks for ${transport} ${Math.round(this.#dueAt - now)} ms too early`);
    const best = this.#book.better.find((one) => this.#heldUntil(one) <= now);
    if (best !== undefined && best !== transport)
      this.#complain(`[PATH-7] asks for ${transport} before ${best}`);
    this.#again();
  }

  #again(): void {
    const waitMs = ASKED_AFTER_MS[this.#times] ?? ASKED_EVERY_MS;
    this.#times += 1;
    this.#releases.clear();
    this.#sinceMs = this.#book.now;
    this.#dueAt = this.#book.now + waitMs;
  }
}
