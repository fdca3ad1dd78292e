/**
 * Which path the session uses, and which ones are tried meanwhile (T17) [PATH-1] to [PATH-8], [PATH-10], [PATH-14]. Pure: every
 * method takes what happened and when, and returns what is to be done; call `advance` at `deadline`.
 *
 *     const commands = manager.start(now);
 *     // for each `dial`: manager.opened(attempt, now) or manager.failed(attempt, kind, now)
 *     // for each `adopt`: manager.adopted(attempt, now) or manager.rejected(attempt, now)
 *
 * What is told of an attempt that was cancelled or has ended is ignored, save that a connection which opened in vain is
 * to be closed again. It is one state machine and stays in one file, long as that is.
 */
import type { Random } from '@sotto/protocol';
import { Backoff } from './backoff.ts';
import type { AttemptId, FailureKind, PathCommand } from './commands.ts';
import { HoldOffs } from './hold-offs.ts';
import type { NetworkMemory } from './memory.ts';
import { ADOPT_ALONE_MS, ADOPT_MS, HEAD_START_MS, LASTING_MS, PROBE_HEAD_START_MS } from './policy.ts';
import { Probes } from './probes.ts';
import { Ranking } from './ranking.ts';
import { Search } from './search.ts';

export interface PathManagerOptions {
  /** Best first. */
  transports: readonly string[];
  random: Random;
  memory: NetworkMemory;
  /** As the environment names it. */
  network: string;
}

/** The path that the session is on. */
export interface UsedPath {
  readonly attempt: AttemptId;
  readonly transport: string;
  readonly sinceMs: number;
}

interface Candidate {
  attempt: AttemptId;
  transport: string;
}

type Phase = { kind: 'stopped' } | { kind: 'looking' } | { kind: 'waiting'; untilMs: number };

export class PathManager {
  readonly #ranking: Ranking;
  readonly #memory: NetworkMemory;
  readonly #backoff: Backoff;
  readonly #holdOffs = new HoldOffs();
  readonly #probes = new Probes();
  #network: string;
  #attempts = 0;
  #phase: Phase = { kind: 'stopped' };
  #search: Search | undefined;
  /** Connections on which Hello was answered, not used yet. */
  #open: Candidate[] = [];
  #adopting: (Candidate & { untilMs: number }) | undefined;
  #used: UsedPath | undefined;
  #silent = false;
  /** All that is worth trying is being tried, or was, since something could be said. */
  #hasSought = false;
  /** Of the path that was used last, while there is none. */
  #left: string | undefined;
  /** What the server said of when to come back, at the end of that path [RECONNECT-2]. */
  #notBefore = 0;

  constructor({ transports, random, memory, network }: PathManagerOptions) {
    this.#ranking = new Ranking(transports);
    this.#memory = memory;
    this.#network = network;
    this.#backoff = new Backoff(random);
  }

  get used(): UsedPath | undefined {
    return this.#used;
  }

  get chosen(): string | undefined {
    return this.#ranking.chosen;
  }

  /** What there is to choose from, best first. */
  get transports(): readonly string[] {
    return this.#ranking.available(this.#used?.transport ?? this.#left);
  }

  /** Infinity: nothing to wait for. */
  get deadline(): number {
    const times = [this.#probeTime];
    if (this.#phase.kind === 'waiting') times.push(this.#phase.untilMs);
    if (this.#search !== undefined) times.push(this.#search.deadline);
    if (this.#adopting !== undefined) times.push(this.#adopting.untilMs);
    return Math.min(...times);
  }

  /** No connection yet: searches. */
  start(now: number): PathCommand[] {
    this.#phase = { kind: 'looking' };
    this.#backoff.reset();
    return this.#seek(now);
  }

  /** On a connection that has just logged in. */
  startOn(transport: string, now: number): AttemptId {
    this.#phase = { kind: 'looking' };
    this.#backoff.reset();
    const attempt = this.#newAttempt();
    this.#use({ attempt, transport }, now);
    return attempt;
  }

  /** The server's own list [PATH-1]. What it does not name is not tried; a list that names nothing of ours says nothing. */
  offered(transports: readonly string[], now: number): PathCommand[] {
    this.#ranking.offered(transports);
    const wanted = new Set(this.#candidates());
    if (this.#used !== undefined && this.#probes.areOff && this.#betterOnes.length > 0)
      this.#probes.again(now);
    return this.#settle(now, this.#search?.keep((transport) => wanted.has(transport)) ?? []);
  }

  /** A person wants that transport alone, or whichever is best. The session stays where it is until it can follow [PATH-14]. */
  choose(transport: string | undefined, now: number): PathCommand[] {
    this.#ranking.choose(transport);
    if (this.#phase.kind === 'stopped') return [];
    this.#holdOffs.forget();
    this.#backoff.reset();
    const commands = this.#dropSearch();
    if (this.#used !== undefined) this.#probeAnew(now);
    if (!this.#isStuck) return this.#settle(now, commands);
    const isComing = this.#adopting !== undefined && this.#candidates().includes(this.#adopting.transport);
    if (isComing) return this.#settle(now, commands);
    const mayCome = this.#adopting !== undefined || now >= this.#notBefore;
    return mayCome ? this.#settle(now, [...commands, ...this.#seek(now)]) : [...commands, ...this.#wait(now)];
  }

  /** The server has answered Hello there. */
  opened(attempt: AttemptId, now: number): PathCommand[] {
    const transport = this.#search?.opened(attempt);
    if (transport === undefined) return [{ kind: 'cancel', attempt }];
    this.#memory.note(this.#network, transport, true, now);
    this.#open.push({ attempt, transport });
    return this.#settle(now, []);
  }

  /** `retryAfterMs` is how long the server asks not to be asked again. */
  failed(attempt: AttemptId, kind: FailureKind, now: number, retryAfterMs = 0): PathCommand[] {
    this.#notBefore = Math.max(this.#notBefore, now + retryAfterMs);
    return this.#settle(now, this.#search?.failed(attempt, kind, now) ?? []);
  }

  /** The session is there now. */
  adopted(attempt: AttemptId, now: number): PathCommand[] {
    const adopting = this.#adopting;
    if (adopting?.attempt !== attempt) return [];
    this.#adopting = undefined;
    const before = this.#used;
    const commands: PathCommand[] = before === undefined ? [] : [{ kind: 'retire', attempt: before.attempt }];
    this.#countMove(before?.transport ?? this.#left, adopting.transport, now);
    this.#use(adopting, now);
    return this.#settle(now, [...commands, ...this.#keepBetter()]);
  }

  /** Resume was refused, or the connection ended before its answer. */
  rejected(attempt: AttemptId, now: number, retryAfterMs = 0): PathCommand[] {
    const adopting = this.#adopting;
    if (adopting?.attempt !== attempt) return [];
    this.#notBefore = Math.max(this.#notBefore, now + retryAfterMs);
    this.#giveUp(adopting, now);
    return this.#settle(now, []);
  }

  /** A connection is over: the one that is used, or one that waits for its turn. */
  ended(attempt: AttemptId, retryAfterMs: number, now: number): PathCommand[] {
    if (this.#used?.attempt === attempt) return this.#lost(this.#used, retryAfterMs, now);
    if (this.#adopting?.attempt === attempt) return this.rejected(attempt, now, retryAfterMs);
    this.#open = this.#open.filter((candidate) => candidate.attempt !== attempt);
    return this.#settle(now, []);
  }

  /** Nothing is heard on the path that is used [PATH-5]. */
  silent(now: number): PathCommand[] {
    if (this.#used === undefined || this.#silent) return [];
    this.#silent = true;
    const commands = this.#search?.end() ?? [];
    return this.#settle(now, [...commands, ...this.#seek(now)]);
  }

  /** It speaks again. */
  heard(now: number): PathCommand[] {
    if (this.#used === undefined || !this.#silent) return [];
    this.#silent = false;
    this.#hasSought = false;
    this.#phase = { kind: 'looking' };
    this.#backoff.reset();
    return this.#settle(now, this.#keepBetter());
  }

  networkChanged(network: string, now: number): PathCommand[] {
    if (this.#phase.kind === 'stopped') return [];
    if (network !== this.#network) this.#holdOffs.forget();
    this.#network = network;
    this.#notBefore = 0;
    this.#backoff.reset();
    // What is under way began where the machine is no more, and says nothing about where it is now.
    const commands = this.#dropSearch();
    if (this.#isStuck) return this.#settle(now, [...commands, ...this.#seek(now)]);
    this.#probes.networkChanged(now);
    return this.#settle(now, [...commands, { kind: 'ask' }]);
  }

  advance(now: number): PathCommand[] {
    const commands = this.#search?.advance(now) ?? [];
    const adopting = this.#adopting;
    if (adopting !== undefined && now >= adopting.untilMs) {
      this.#giveUp(adopting, now);
      commands.push({ kind: 'cancel', attempt: adopting.attempt });
    }
    if (this.#phase.kind === 'waiting' && now >= this.#phase.untilMs) commands.push(...this.#seek(now));
    if (now >= this.#probeTime) commands.push(...this.#probe(now));
    return this.#settle(now, commands);
  }

  stop(): PathCommand[] {
    const candidates = [...this.#open, ...(this.#adopting === undefined ? [] : [this.#adopting])];
    const commands: PathCommand[] = [
      ...(this.#search?.end() ?? []),
      ...candidates.map(({ attempt }) => ({ kind: 'cancel', attempt }) as const),
    ];
    if (this.#used !== undefined) commands.push({ kind: 'retire', attempt: this.#used.attempt });
    this.#phase = { kind: 'stopped' };
    this.#search = undefined;
    this.#open = [];
    this.#adopting = undefined;
    this.#used = undefined;
    this.#left = undefined;
    this.#silent = false;
    this.#hasSought = false;
    this.#probes.stop();
    return commands;
  }

  /** Whatever is being tried, or has answered and waits for its turn. */
  #dropSearch(): PathCommand[] {
    const open = this.#open.map(({ attempt }) => ({ kind: 'cancel', attempt }) as const);
    const commands = [...(this.#search?.end() ?? []), ...open];
    this.#search = undefined;
    this.#open = [];
    return commands;
  }

  /** Better ones, if there are any, are asked for at once. */
  #probeAnew(now: number): void {
    if (this.#betterOnes.length > 0) this.#probes.now(now);
    else this.#probes.stop();
  }

  /** Only where nothing else is going on. */
  get #probeTime(): number {
    const isQuiet = this.#used !== undefined && !this.#silent && this.#adopting === undefined;
    return isQuiet && this.#search === undefined ? this.#probes.at : Number.POSITIVE_INFINITY;
  }

  /** What follows from the state as it is: whom to adopt, whom to give up, whether to wait. */
  #settle(now: number, commands: PathCommand[]): PathCommand[] {
    if (this.#phase.kind === 'stopped') return commands;
    if (this.#adopting === undefined) commands.push(...this.#adoptBest(now));
    if (this.#search?.isOver(now) === true) commands.push(...this.#finishSearch(this.#search, now));
    const isIdle = this.#search?.isResting !== false && this.#adopting === undefined;
    if (this.#isStuck && isIdle && this.#phase.kind === 'looking') commands.push(...this.#wait(now));
    return commands;
  }

  /** Moves to the best that is open, where that is better than what there is; the others are given up. */
  #adoptBest(now: number): PathCommand[] {
    const commands: PathCommand[] = [];
    const open = this.#open.sort((a, b) => this.#ranking.compare(a.transport, b.transport));
    this.#open = [];
    for (const candidate of open) {
      if (this.#adopting === undefined && this.#isWorthMoving(candidate.transport, now)) {
        const untilMs = now + (this.#used === undefined ? ADOPT_ALONE_MS : ADOPT_MS);
        this.#adopting = { ...candidate, untilMs };
        this.#phase = { kind: 'looking' };
        commands.push({ kind: 'adopt', attempt: candidate.attempt });
      } else if (this.#adopting !== undefined && this.#isStuck) {
        // It takes the place of the one that is being adopted, should that fail.
        this.#open.push(candidate);
      } else {
        commands.push({ kind: 'cancel', attempt: candidate.attempt });
      }
    }
    return commands;
  }

  /** Nothing can be said now. */
  get #isStuck(): boolean {
    return this.#used === undefined || this.#silent;
  }

  #isWorthMoving(transport: string, now: number): boolean {
    if (this.#isStuck) return true;
    return this.#isBetter(transport) && this.#holdOffs.heldUntil(transport, now) === 0;
  }

  /** The session does not come to it. A path that goes on is not to be disturbed by that again and again. */
  #giveUp({ transport }: Candidate, now: number): void {
    this.#adopting = undefined;
    if (this.#isStuck) return;
    this.#holdOffs.movedUp(transport, now);
    this.#holdOffs.left(transport, now);
  }

  /** The path that is used works: only for better ones is it worth going on. */
  #keepBetter(): PathCommand[] {
    const commands = this.#search?.keep((transport) => this.#isBetter(transport)) ?? [];
    const worse = this.#open.filter(({ transport }) => !this.#isBetter(transport));
    this.#open = this.#open.filter((candidate) => !worse.includes(candidate));
    return [...commands, ...worse.map(({ attempt }) => ({ kind: 'cancel', attempt }) as const)];
  }

  #finishSearch(search: Search, now: number): PathCommand[] {
    if (search.rest(now)) return [];
    const commands = search.end();
    this.#search = undefined;
    // While nothing works, that says nothing about a transport.
    if (!this.#isStuck || this.#adopting !== undefined) {
      for (const transport of search.failures)
        if (transport !== this.#used?.transport) this.#memory.note(this.#network, transport, false, now);
    }
    return commands;
  }

  #use(path: Candidate, now: number): void {
    this.#used = { attempt: path.attempt, transport: path.transport, sinceMs: now };
    this.#silent = false;
    this.#hasSought = false;
    this.#left = undefined;
    this.#notBefore = 0;
    this.#phase = { kind: 'looking' };
    this.#memory.note(this.#network, path.transport, true, now);
    if (this.#ranking.isBest(path.transport)) this.#probes.stop();
    else this.#probes.begin(now);
  }

  #lost(used: UsedPath, retryAfterMs: number, now: number): PathCommand[] {
    this.#used = undefined;
    this.#left = used.transport;
    this.#notBefore = now + retryAfterMs;
    if (now - used.sinceMs >= LASTING_MS) this.#backoff.reset();
    const isBusy = this.#search !== undefined || this.#adopting !== undefined || this.#open.length > 0;
    const goesOn = this.#silent && isBusy;
    this.#silent = false;
    if (goesOn) return this.#settle(now, []);
    // It was for better ones alone.
    const commands = this.#search?.end() ?? [];
    this.#search = undefined;
    if (this.#adopting !== undefined) return this.#settle(now, commands);
    return [...commands, ...this.#wait(now)];
  }

  #wait(now: number): PathCommand[] {
    // None of those that the server named: it may be another one by now.
    if (this.#hasSought && this.#used === undefined) this.#ranking.offered([]);
    const untilMs = now + this.#backoff.next(Math.max(0, this.#notBefore - now));
    this.#phase = { kind: 'waiting', untilMs };
    return [{ kind: 'wait', untilMs }];
  }

  /** Everything that there is, side by side. */
  #seek(now: number): PathCommand[] {
    this.#phase = { kind: 'looking' };
    this.#hasSought = true;
    const headStartMs = (transport: string) => (this.#deservesHeadStart(transport, now) ? HEAD_START_MS : 0);
    return this.#searchAmong(this.#candidates(), headStartMs, now);
  }

  #probe(now: number): PathCommand[] {
    const better = this.#betterOnes;
    if (better.length === 0) this.#probes.stop();
    else this.#probes.again(now);
    const free = better.filter((transport) => this.#holdOffs.heldUntil(transport, now) === 0);
    const holds = better
      .map((transport) => this.#holdOffs.heldUntil(transport, now))
      .filter((until) => until > 0);
    this.#probes.notLaterThan(holds);
    return free.length === 0 ? [] : this.#searchAmong(free, () => PROBE_HEAD_START_MS, now);
  }

  #searchAmong(
    transports: readonly string[],
    headStartMs: (transport: string) => number,
    now: number,
  ): PathCommand[] {
    const entrants = transports.map((transport) => ({ transport, headStartMs: headStartMs(transport) }));
    this.#search = new Search(entrants, () => this.#newAttempt(), now, this.#search?.underWay);
    return this.#search.advance(now);
  }

  /** Not what is silent, is held off, or did not work here the last time [PATH-2]. */
  #deservesHeadStart(transport: string, now: number): boolean {
    if (this.#used?.transport === transport || this.#holdOffs.heldUntil(transport, now) > 0) return false;
    return this.#memory.worked(this.#network, transport, now) !== false;
  }

  #candidates(): readonly string[] {
    return this.#ranking.worthTrying(this.#used?.transport ?? this.#left);
  }

  #countMove(from: string | undefined, to: string, now: number): void {
    if (from === undefined || from === to) return;
    if (this.#ranking.isBetter(to, from)) this.#holdOffs.movedUp(to, now);
    else this.#holdOffs.left(from, now);
  }

  get #betterOnes(): readonly string[] {
    return this.#candidates().filter((transport) => this.#isBetter(transport));
  }

  #isBetter(transport: string): boolean {
    return this.#used === undefined || this.#ranking.isBetter(transport, this.#used.transport);
  }

  #newAttempt(): AttemptId {
    this.#attempts += 1;
    return this.#attempts as AttemptId;
  }
}
