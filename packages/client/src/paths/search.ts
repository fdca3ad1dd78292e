/** One search for a way to the server: several transports side by side, each with a head start over the next [PATH-2] [PATH-3]. */
import type { AttemptId, FailureKind, PathCommand } from './commands.ts';
import { REFUSED_GRACE_FACTOR, REFUSED_GRACE_MS, SEARCH_MS } from './policy.ts';

export interface Entrant {
  transport: string;
  /** How long the next one waits for it. */
  headStartMs: number;
}

export interface Dialling {
  transport: string;
  sinceMs: number;
}

export class Search {
  readonly #newAttempt: () => AttemptId;
  readonly #waiting: Entrant[];
  readonly #dialling = new Map<AttemptId, Dialling>();
  readonly #failed: string[] = [];
  readonly #endsAt: number;
  #startNextAt: number;
  #lastStartAt: number;
  #graceMs: number | undefined;
  #isResting = false;

  /** Best first; `underWay` are attempts of the search before, which go on. Call `advance` at once. */
  constructor(
    entrants: readonly Entrant[],
    newAttempt: () => AttemptId,
    now: number,
    underWay: ReadonlyMap<AttemptId, Dialling> = new Map(),
  ) {
    this.#newAttempt = newAttempt;
    const tried = new Set([...underWay.values()].map(({ transport }) => transport));
    this.#waiting = entrants.filter(({ transport }) => !tried.has(transport));
    for (const [attempt, dialling] of underWay) this.#dialling.set(attempt, dialling);
    this.#endsAt = now + SEARCH_MS;
    this.#startNextAt = now;
    this.#lastStartAt = now;
  }

  /** When something is to be done, were nothing to happen. */
  get deadline(): number {
    const firstExpiry = Math.min(...[...this.#dialling.values()].map(({ sinceMs }) => sinceMs + SEARCH_MS));
    if (this.#isResting) return firstExpiry;
    const next = this.#waiting.length > 0 ? Math.min(this.#startNextAt, this.#endsAt) : this.#lastsUntil;
    return Math.min(next, firstExpiry);
  }

  /** It is over but for attempts that have not answered yet: they go on until they are as old as a search may be. */
  get isResting(): boolean {
    return this.#isResting;
  }

  /** Those that have not answered yet. */
  get underWay(): ReadonlyMap<AttemptId, Dialling> {
    return this.#dialling;
  }

  /** Transports whose attempts came to nothing, those that ran out of time included once it is over. */
  get failures(): readonly string[] {
    return this.#failed;
  }

  /** Nobody is tried any more. */
  isOver(now: number): boolean {
    if (this.#isResting) return this.#dialling.size === 0;
    if (this.#waiting.length > 0 && now < this.#endsAt) return false;
    return this.#dialling.size === 0 || now >= this.#lastsUntil;
  }

  /** Once it is over: whether that is for a refusal alone, so that what has not answered yet may go on. */
  rest(now: number): boolean {
    if (this.#isResting || this.#dialling.size === 0 || now >= this.#endsAt) return false;
    this.#isResting = true;
    return true;
  }

  /** Starts those whose turn has come, and gives those up that take too long. */
  advance(now: number): PathCommand[] {
    const commands = this.#giveUp(({ sinceMs }) => now >= sinceMs + SEARCH_MS);
    while (now >= this.#startNextAt && now < this.#endsAt) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      const attempt = this.#newAttempt();
      this.#dialling.set(attempt, { transport: next.transport, sinceMs: now });
      this.#lastStartAt = now;
      this.#startNextAt = now + next.headStartMs;
      commands.push({ kind: 'dial', attempt, transport: next.transport });
    }
    return commands;
  }

  /** It is the caller's now. Returns its transport. */
  opened(attempt: AttemptId): string | undefined {
    const found = this.#dialling.get(attempt);
    this.#dialling.delete(attempt);
    return found?.transport;
  }

  failed(attempt: AttemptId, kind: FailureKind, now: number): PathCommand[] {
    const found = this.#dialling.get(attempt);
    if (found === undefined) return [];
    this.#dialling.delete(attempt);
    this.#failed.push(found.transport);
    if (kind === 'refused') {
      const graceMs = Math.max(REFUSED_GRACE_MS, REFUSED_GRACE_FACTOR * (now - found.sinceMs));
      this.#graceMs = Math.min(this.#graceMs ?? graceMs, graceMs);
    }
    this.#startNextAt = Math.min(this.#startNextAt, now);
    return this.advance(now);
  }

  /** Tries only those for which `wanted` holds any more. */
  keep(wanted: (transport: string) => boolean): PathCommand[] {
    const waiting = this.#waiting.filter(({ transport }) => wanted(transport));
    this.#waiting.splice(0, this.#waiting.length, ...waiting);
    const unwanted = [...this.#dialling].filter(([, { transport }]) => !wanted(transport));
    return unwanted.map(([attempt]) => this.#cancel(attempt));
  }

  /** Out of time: what has not answered has failed. */
  end(): PathCommand[] {
    this.#waiting.length = 0;
    return this.#giveUp(() => true);
  }

  #giveUp(which: (dialling: Dialling) => boolean): PathCommand[] {
    const late = [...this.#dialling].filter(([, dialling]) => which(dialling));
    this.#failed.push(...late.map(([, { transport }]) => transport));
    return late.map(([attempt]) => this.#cancel(attempt));
  }

  get #lastsUntil(): number {
    if (this.#graceMs === undefined) return this.#endsAt;
    return Math.min(this.#endsAt, this.#lastStartAt + this.#graceMs);
  }

  #cancel(attempt: AttemptId): PathCommand {
    this.#dialling.delete(attempt);
    return { kind: 'cancel', attempt };
  }
}
