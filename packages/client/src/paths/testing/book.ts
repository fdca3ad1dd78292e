/** Every attempt and what became of it, kept from the facts alone; complains of commands that are out of place. */
import type { AttemptId } from '../commands.ts';
import type { Complain, Fact, Input } from './facts.ts';

export type AttemptState = 'dialling' | 'open' | 'adopting' | 'used' | 'leaving' | 'over';

export interface Attempt {
  readonly id: AttemptId;
  readonly transport: string;
  state: AttemptState;
  /** Since when it is in this state. */
  sinceMs: number;
  readonly dialledMs: number;
}

export class Book {
  now = 0;
  /** What the manager was told last. */
  input: Input = { kind: 'stop' };
  used: Attempt | undefined;
  adopting: Attempt | undefined;
  silent = false;
  running = false;
  network: string;
  /** Of the path that was used last. */
  left: string | undefined;
  /** How long that was used. */
  stayMs = 0;
  waitsUntil: number | undefined;
  /** By a person [PATH-14]. */
  chosen: string | undefined;
  /** As the server names them; undefined until it has, and once a search among them has found none. */
  offered: ReadonlySet<string> | undefined;
  /** All that are not over. */
  alive: Attempt[] = [];
  /** Since something could be said. */
  #hasSought = false;
  readonly order: readonly string[];
  readonly #attempts = new Map<AttemptId, Attempt>();
  readonly #complain: Complain;

  constructor(order: readonly string[], network: string, complain: Complain) {
    this.order = order;
    this.network = network;
    this.#complain = complain;
  }

  /** What was chosen is better than anything. */
  rank(transport: string): number {
    return transport === this.chosen ? -1 : this.order.indexOf(transport);
  }

  /** The session cannot go on where it is. */
  get stuck(): boolean {
    return this.used === undefined || this.silent;
  }

  /** Transports that may be tried [PATH-1]: what has worked stays as it is, and a list that names none of ours says nothing. */
  get candidates(): readonly string[] {
    const { offered, chosen } = this;
    if (chosen !== undefined) return [chosen];
    if (offered === undefined) return this.order;
    const proven = this.used?.transport ?? this.left;
    const named = this.order.filter((transport) => offered.has(transport));
    if (named.length === 0) return this.order;
    return this.order.filter((transport) => offered.has(transport) || transport === proven);
  }

  /** Those that are better than the path that is used. */
  get better(): readonly string[] {
    const { used } = this;
    if (used === undefined) return [];
    return this.candidates.filter((transport) => this.rank(transport) < this.rank(used.transport));
  }

  inState(state: AttemptState): readonly Attempt[] {
    return this.alive.filter((attempt) => attempt.state === state);
  }

  attempt(id: AttemptId): Attempt | undefined {
    return this.#attempts.get(id);
  }

  apply(fact: Fact): void {
    switch (fact.kind) {
      case 'start':
      case 'stop':
        this.running = fact.kind === 'start';
        this.#hasSought = false;
        return;
      case 'startOn':
        this.running = true;
        this.#begin(fact.attempt, fact.transport, 'used');
        this.used = this.attempt(fact.attempt);
        return;
      case 'offered':
        this.offered = new Set(fact.transports);
        return;
      case 'network':
        this.network = fact.network;
        return;
      case 'choose':
        this.chosen = fact.transport;
        this.waitsUntil = undefined;
        return;
      case 'silent':
      case 'heard':
        this.silent = fact.kind === 'silent';
        if (!this.silent) this.waitsUntil = undefined;
        if (!this.silent) this.#hasSought = false;
        return;
      case 'advance':
      case 'ask':
        if (fact.kind === 'ask' && this.used === undefined) this.#complain('asks although no path is used');
        return;
      case 'wait':
        this.waitsUntil = fact.untilMs;
        if (this.#hasSought && this.used === undefined) this.offered = undefined;
        if (fact.untilMs < this.now) this.#complain('waits for what has been');
        return;
      case 'dial':
        this.#dial(fact.attempt, fact.transport);
        return;
      default:
        this.#change(fact);
    }
  }

  #dial(id: AttemptId, transport: string): void {
    if (!this.running) this.#complain(`dials ${transport} although it was stopped`);
    if (this.#attempts.has(id)) this.#complain(`attempt ${id} is used twice`);
    if (!this.candidates.includes(transport))
      this.#complain(`[PATH-1] dials ${transport}, which is not to be tried`);
    if (this.alive.some((other) => other.transport === transport && other.state === 'dialling'))
      this.#complain(`dials ${transport} although it is being tried`);
    this.waitsUntil = undefined;
    this.#hasSought ||= this.stuck;
    this.#begin(id, transport, 'dialling');
  }

  #begin(id: AttemptId, transport: string, state: AttemptState): void {
    const attempt = { id, transport, state, sinceMs: this.now, dialledMs: this.now };
    this.#attempts.set(id, attempt);
    this.alive.push(attempt);
  }

  /** Facts about one attempt that is there. */
  #change(fact: Extract<Fact, { attempt: AttemptId }>): void {
    const attempt = this.#attempts.get(fact.attempt);
    if (attempt === undefined) {
      this.#complain(`${fact.kind} of attempt ${fact.attempt}, which is none`);
      return;
    }
    const [from, to] = CHANGES[fact.kind];
    if (!from.includes(attempt.state))
      this.#complain(
        `${fact.kind} of attempt ${attempt.id} (${attempt.transport}), which is ${attempt.state}`,
      );
    if (to === 'adopting') {
      if (this.adopting !== undefined) this.#complain('adopts two at once');
      this.adopting = attempt;
      this.waitsUntil = undefined;
    } else if (this.adopting === attempt) this.adopting = undefined;
    if (to === 'used') this.#use(attempt);
    else if (this.used === attempt) this.#leave(attempt);
    attempt.state = to;
    attempt.sinceMs = this.now;
    if (to === 'over') this.alive = this.alive.filter((other) => other !== attempt);
  }

  #use(attempt: Attempt): void {
    if (this.used !== undefined) {
      this.used.state = 'leaving';
      this.#leave(this.used);
    }
    this.used = attempt;
    this.silent = false;
    this.#hasSought = false;
    this.waitsUntil = undefined;
  }

  #leave(used: Attempt): void {
    this.left = used.transport;
    this.stayMs = this.now - used.sinceMs;
    this.used = undefined;
    this.silent = false;
  }
}

/** From which states each of them may come, and where it leads. */
const CHANGES: Readonly<
  Record<
    | 'opened'
    | 'failed'
    | 'cancel'
    | 'adopt'
    | 'adopted'
    | 'rejected'
    | 'ended'
    | 'retire'
    | 'dial'
    | 'startOn',
    readonly [from: readonly AttemptState[], to: AttemptState]
  >
> = {
  startOn: [[], 'used'],
  dial: [[], 'dialling'],
  opened: [['dialling'], 'open'],
  failed: [['dialling'], 'over'],
  cancel: [['dialling', 'open', 'adopting'], 'over'],
  adopt: [['open'], 'adopting'],
  adopted: [['adopting'], 'used'],
  rejected: [['adopting'], 'over'],
  ended: [['open', 'used'], 'over'],
  retire: [['leaving', 'used'], 'over'],
};
