/** [PATH-2] [PATH-3] [PATH-5]: who is tried when, and when a search is over. */
import type { Attempt, Book } from './book.ts';
import { type Complain, type Fact, GRAIN_MS, type Judge } from './facts.ts';
import { WaitJudge } from './judge-wait.ts';

const HEAD_START_MS = 250;
/** While a path works [PATH-7]. */
const UNHURRIED_HEAD_START_MS = 1_000;
const SEARCH_MS = 6_000;
const REFUSED_GRACE_MS = 1_000;
const REFUSED_GRACE_FACTOR = 5;

interface Searching {
  readonly beganMs: number;
  /** Best first. */
  entrants: readonly string[];
  readonly headStartMs: number;
  /** Those that have one over the next. */
  readonly ahead: ReadonlySet<string>;
  readonly startedMs: Map<string, number>;
  /** Those of which attempts from before go on. */
  readonly underWay: ReadonlySet<string>;
  readonly failed: Set<string>;
  lastStartMs: number;
  graceMs: number;
}

export class SearchJudge implements Judge {
  readonly #book: Book;
  readonly #isHeld: (transport: string) => boolean;
  readonly #complain: Complain;
  readonly #wait: WaitJudge;
  #search: Searching | undefined;
  /** Whether each transport answered last, by network; those without an entry were not tried or given up early. */
  readonly #answered = new Map<string, boolean>();
  #hasFailed = false;
  /** What the server said of when to come back, and whether that was heard before the search for another path began. */
  #notBefore = 0;
  #isTold = false;

  constructor(book: Book, isHeld: (transport: string) => boolean, complain: Complain) {
    this.#book = book;
    this.#isHeld = isHeld;
    this.#complain = complain;
    this.#wait = new WaitJudge(book, complain);
  }

  /** Something is being tried, or waits for its turn. */
  get isSearching(): boolean {
    return this.#next !== undefined || this.#book.inState('dialling').length > 0;
  }

  before(fact: Fact): void {
    switch (fact.kind) {
      case 'advance':
        this.#waited();
        return;
      case 'start':
      case 'silent':
        this.#begin(this.#book.candidates, HEAD_START_MS);
        return;
      case 'dial':
        this.#dial(fact.transport);
        return;
      case 'wait':
        if (this.isSearching && !this.#isOver && !MAY_WAIT.has(this.#book.input.kind))
          this.#complain('[PATH-3] the search ends too early');
        this.#wait.check(fact.untilMs, this.#notBefore);
        this.#search = undefined;
        return;
      case 'cancel':
        this.#cancel(this.#book.attempt(fact.attempt));
        return;
      case 'failed':
        this.#failed(this.#book.attempt(fact.attempt), fact.failure === 'refused');
        return;
      case 'ended':
        // A search that was for better ones alone.
        if (fact.attempt === this.#book.used?.id) this.#lost(fact.retryAfterMs);
        return;
      case 'opened':
      case 'adopted':
        if (fact.kind === 'adopted') this.#notBefore = 0;
        this.#note(this.#book.attempt(fact.attempt), true);
        return;
      default:
        return;
    }
  }

  after(fact: Fact): void {
    const { stuck, candidates } = this.#book;
    // What the server no longer offers does not come back into the same search.
    if (fact.kind === 'offered' && this.#search !== undefined)
      this.#search.entrants = this.#search.entrants.filter((transport) => candidates.includes(transport));
    if (fact.kind !== 'network' && fact.kind !== 'choose') return;
    if (fact.kind === 'network') this.#notBefore = 0;
    const { adopting } = this.#book;
    const isComing =
      fact.kind === 'choose' && adopting !== undefined && candidates.includes(adopting.transport);
    if (stuck && !isComing) this.#begin(candidates, HEAD_START_MS);
    else this.#search = undefined;
  }

  settled(deadline: number): void {
    this.#hasFailed = false;
    const { running, stuck, adopting, waitsUntil } = this.#book;
    if (!running || !this.isSearching || (!stuck && this.#isOver)) this.#search = undefined;
    if (!running) return;
    const next = this.#next;
    for (const { transport, dialledMs } of this.#book.inState('dialling'))
      this.#due(dialledMs + SEARCH_MS, `the end of the attempt on ${transport}`, deadline);
    const isFound = adopting !== undefined || this.#book.inState('open').length > 0;
    if (next !== undefined && !isFound)
      this.#due(this.#startAt(next), `[PATH-2] the start of ${next}`, deadline);
    if (!stuck || adopting !== undefined) return;
    if (this.#search !== undefined) this.#due(this.#overAt, 'the end of the search', deadline);
    else if (waitsUntil === undefined)
      this.#complain('[PATH-3] neither searches nor waits, though nothing works');
    else this.#due(waitsUntil, 'the next search', deadline);
  }

  /** Whoever is offline searches again; what has not answered yet goes on. */
  #waited(): void {
    const { stuck, now, waitsUntil = Number.POSITIVE_INFINITY, candidates } = this.#book;
    if (!stuck || now < waitsUntil - GRAIN_MS) return;
    this.#book.waitsUntil = undefined;
    const isYoung = ({ dialledMs }: Attempt) => now < dialledMs + SEARCH_MS - GRAIN_MS;
    this.#begin(candidates, HEAD_START_MS, this.#book.inState('dialling').filter(isYoung));
  }

  #lost(retryAfterMs: number): void {
    this.#notBefore = this.#book.now + retryAfterMs;
    this.#isTold = !this.#book.silent;
    // What was under way was for better ones alone.
    if (!this.#book.silent) this.#search = undefined;
  }

  #due(at: number, what: string, deadline: number): void {
    if (deadline > at + GRAIN_MS)
      this.#complain(`${what} is due ${Math.round(deadline - at)} ms before the deadline`);
  }

  #begin(entrants: readonly string[], headStartMs: number, goingOn: readonly Attempt[] = []): void {
    const underWay = new Set(goingOn.map(({ transport }) => transport));
    const { now } = this.#book;
    const ahead = new Set(entrants.filter((transport) => this.#deservesHeadStart(transport)));
    const none = { startedMs: new Map(), failed: new Set<string>(), graceMs: Number.POSITIVE_INFINITY };
    this.#search = { beganMs: now, lastStartMs: now, entrants, headStartMs, ahead, underWay, ...none };
  }

  #dial(transport: string): void {
    const { now, stuck, candidates, better } = this.#book;
    if (stuck && this.#isTold && now < this.#notBefore - GRAIN_MS)
      this.#complain('[RECONNECT-2] comes before the server asked it to');
    if (this.#search?.startedMs.has(transport) === true) this.#search = undefined;
    if (this.#search === undefined) {
      if (stuck) this.#complain(`dials ${transport} although it should wait`);
      if (stuck) this.#begin(candidates, HEAD_START_MS);
      else
        this.#begin(
          better.filter((one) => !this.#isHeld(one)),
          UNHURRIED_HEAD_START_MS,
        );
    }
    const search = this.#search;
    if (search === undefined) return;
    this.#checkHeadStart(search, transport);
    search.startedMs.set(transport, now);
    search.lastStartMs = now;
  }

  #checkHeadStart({ entrants, startedMs, failed, headStartMs, ahead }: Searching, transport: string): void {
    const { now } = this.#book;
    if (!entrants.includes(transport))
      this.#complain(`[PATH-8] tries ${transport}, which is not to be moved up to`);
    const next = this.#next;
    if (next !== transport) this.#complain(`[PATH-2] ${transport} before ${next}, which is better`);
    const before = this.#before(transport);
    const started = before === undefined ? undefined : startedMs.get(before);
    if (before === undefined || started === undefined) return;
    const hasWaited = now >= started + headStartMs - GRAIN_MS || failed.has(before) || this.#hasFailed;
    if (!hasWaited && ahead.has(before))
      this.#complain(`[PATH-2] ${transport} ${Math.round(now - started)} ms after ${before}`);
  }

  /** Nothing speaks against it: not that it is silent, nor what is remembered, nor that it was left before. */
  #deservesHeadStart(transport: string): boolean {
    const { used, network } = this.#book;
    if (used?.transport === transport || this.#isHeld(transport)) return false;
    return this.#answered.get(`${network} ${transport}`) !== false;
  }

  /** The next one to be started. */
  get #next(): string | undefined {
    const { now, stuck, candidates, better } = this.#book;
    if (this.#search === undefined || now >= this.#search.beganMs + SEARCH_MS) return undefined;
    const wanted = stuck ? candidates : better;
    return this.#search?.entrants.find(
      (transport) =>
        wanted.includes(transport) &&
        this.#search?.startedMs.has(transport) === false &&
        !this.#search.underWay.has(transport),
    );
  }

  /** The one that was started before it. */
  #before(transport: string): string | undefined {
    return [...(this.#search?.startedMs.keys() ?? [])].filter((other) => other !== transport).at(-1);
  }

  #startAt(next: string): number {
    const { now } = this.#book;
    if (this.#search === undefined) return now;
    const { startedMs, failed, headStartMs } = this.#search;
    const before = this.#before(next);
    const started = before === undefined ? undefined : startedMs.get(before);
    if (before === undefined || started === undefined || failed.has(before)) return now;
    return started + headStartMs;
  }

  get #overAt(): number {
    if (this.#search === undefined) return this.#book.now;
    const { beganMs, lastStartMs, graceMs } = this.#search;
    const latest = beganMs + SEARCH_MS;
    return this.#next === undefined ? Math.min(latest, lastStartMs + graceMs) : latest;
  }

  get #isOver(): boolean {
    return this.#book.now >= this.#overAt - GRAIN_MS;
  }

  #failed(attempt: Attempt | undefined, refused: boolean): void {
    this.#hasFailed = true;
    if (attempt === undefined) return;
    this.#note(attempt, false);
    this.#search?.failed.add(attempt.transport);
    if (!refused || this.#search === undefined) return;
    const tookMs = this.#book.now - attempt.dialledMs;
    const graceMs = Math.max(REFUSED_GRACE_MS, REFUSED_GRACE_FACTOR * tookMs);
    this.#search.graceMs = Math.min(this.#search.graceMs, graceMs);
  }

  #note(attempt: Attempt | undefined, answered: boolean): void {
    if (attempt !== undefined) this.#answered.set(`${this.#book.network} ${attempt.transport}`, answered);
  }

  /** What is being tried is given up only for something as good, or in the end. */
  #cancel(attempt: Attempt | undefined): void {
    if (attempt?.state !== 'dialling') return;
    const { input, alive, silent, now } = this.#book;
    const isOld = now >= Math.min(attempt.dialledMs, this.#search?.beganMs ?? now) + SEARCH_MS - GRAIN_MS;
    if (isOld) this.#note(attempt, false);
    if (isOld || GIVING_UP.has(input.kind)) return;
    const rank = this.#book.rank(attempt.transport);
    const isFound = alive.some(({ state, transport }) => {
      const isThere = state === 'open' || state === 'adopting' || (state === 'used' && !silent);
      return isThere && this.#book.rank(transport) <= rank;
    });
    if (!isFound) this.#complain(`[PATH-3] gives ${attempt.transport} up too early`);
  }
}

/** After these a search may be broken off. */
const GIVING_UP: ReadonlySet<string> = new Set(['stop', 'offered', 'network', 'choose', 'silent', 'ended']);
/** After these nobody may be tried for a while, whoever was. */
const MAY_WAIT: ReadonlySet<string> = new Set(['ended', 'choose']);
