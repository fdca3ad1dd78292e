/**
 * A path manager in a model world under virtual time: a server, four ways to it, each of which works, refuses or is
 * silent, and connections that do what the manager asks for, as fast as light allows. Everything between the two is witnessed.
 */
import type { Random } from '@sotto/protocol';
import { EventQueue } from '@sotto/protocol/testing';
import type { PathCommand } from '../commands.ts';
import { PathManager } from '../manager.ts';
import { NetworkMemory } from '../memory.ts';
import type { Input } from './facts.ts';
import type { Condition, Line, Route } from './lines.ts';
import { perform } from './perform.ts';
import type { Fate } from './session-server.ts';
import { Traffic } from './traffic.ts';
import { Witness } from './witness.ts';

/** Best first, and the round trips that each takes until Hello is answered. */
export const TRANSPORTS: readonly (readonly [transport: string, trips: number])[] = [
  ['udp', 2],
  ['quic', 2],
  ['tls', 3],
  ['websocket', 4],
];
const RTT_MS = 40;
/** An answer that takes longer than a search is waited for by nobody [PATH-3]. */
const ANSWERS_MAX_MS = 6_000;
const SPINS_MAX = 4;
const STEPS_MAX = 100_000;

export interface WorldOptions {
  random: Random;
  transports?: readonly string[];
  network?: string;
  memory?: NetworkMemory;
  fate?: () => Fate;
  /** How much later than it could the client notices a silence: it asks only now and then. */
  noticeLateMs?: () => number;
  timerLateMs?: () => number;
}

export class World {
  readonly queue = new EventQueue();
  readonly routes: readonly Route[];
  readonly witness: Witness;
  readonly manager: PathManager;
  /** Nothing unusual is to happen any more; for the caller's own functions. */
  calm = false;
  readonly #traffic: Traffic;
  readonly #timerLateMs: () => number;
  #alarm = 0;
  #asleepUntil = 0;
  #spins = 0;
  #steps = 0;

  constructor(options: WorldOptions) {
    const { random, network = 'home', memory = new NetworkMemory([]), timerLateMs = none } = options;
    const transports = options.transports ?? TRANSPORTS.map(([transport]) => transport);
    this.routes = TRANSPORTS.filter(([transport]) => transports.includes(transport)).map(
      ([transport, trips]) => ({ transport, condition: 'works', rttMs: RTT_MS, trips }),
    );
    this.manager = new PathManager({ transports, random, memory, network });
    this.witness = new Witness({ transports, network, beganMs: this.queue.now });
    this.#timerLateMs = timerLateMs;
    this.#traffic = new Traffic({
      routes: this.routes,
      tell: (input) => this.#tell(input),
      later: (ms, task) => this.#later(ms, task),
      fate: options.fate ?? answered,
      noticeLateMs: options.noticeLateMs ?? none,
    });
  }

  get now(): number {
    return this.queue.now;
  }

  /** The line that the session is on, as the client knows it. */
  get used(): Line | undefined {
    return this.#traffic.used;
  }

  /** The best transport that the server offers, and that works fast enough for PATH-3. */
  get best(): string | undefined {
    const { candidates } = this.witness.book;
    const isThere = this.#traffic.server.away === undefined;
    return this.routes.find(
      ({ transport, condition, rttMs, trips }) =>
        isThere && condition === 'works' && trips * rttMs < ANSWERS_MAX_MS && candidates.includes(transport),
    )?.transport;
  }

  start(): void {
    this.#tell({ kind: 'start' });
  }

  startOn(transport: string): void {
    const attempt = this.manager.startOn(transport, this.now);
    this.#traffic.begin(attempt, transport);
    this.#told({ kind: 'startOn', transport, attempt }, []);
  }

  stop(): void {
    this.#tell({ kind: 'stop' });
  }

  offer(transports: readonly string[]): void {
    this.#tell({ kind: 'offered', transports });
  }

  /** A person does. */
  choose(transport: string | undefined): void {
    this.#tell({ kind: 'choose', transport });
  }

  set(transport: string, condition: Condition): void {
    this.note(`${transport}: ${condition}`);
    for (const route of this.routes) if (route.transport === transport) route.condition = condition;
    this.#traffic.meetAll();
  }

  /** UDP follows the machine to its new address; the others are left behind, and may be told so. */
  changeNetwork(network: string, endsOthers: boolean): void {
    this.note(`network ${network}`);
    for (const line of this.#traffic.lines) {
      if (line.route.transport === 'udp' && line.state !== 'dialling') continue;
      line.dead = true;
      if (endsOthers) this.#later(1, () => this.#traffic.end(line, 0));
    }
    this.#traffic.meetAll();
    this.#tell({ kind: 'network', network });
  }

  /** With notice every line is closed first, and `retryAfterMs` is said there. */
  stopServer(away: Condition, notice?: { retryAfterMs: number }): void {
    this.note(`server away, ${away}${notice === undefined ? '' : ', with notice'}`);
    for (const line of this.#traffic.lines) {
      if (notice === undefined || line.state === 'dialling' || line.meets !== 'works') continue;
      this.#later(line.route.rttMs / 2, () => this.#traffic.end(line, notice.retryAfterMs));
    }
    this.#traffic.server.away = away;
    this.#traffic.meetAll();
  }

  startServer(): void {
    const { server } = this.#traffic;
    if (server.away === undefined) return;
    this.note('server back');
    server.away = undefined;
    server.epoch += 1;
    this.#traffic.meetAll();
  }

  /** The machine does nothing meanwhile. */
  sleep(ms: number): void {
    this.note(`sleeps ${Math.round(ms)} ms`);
    this.#asleepUntil = Math.max(this.#asleepUntil, this.now + ms);
  }

  /** Until the machine is awake. */
  wake(): void {
    if (this.#asleepUntil > this.now) this.run(this.#asleepUntil - this.now);
  }

  /** Until then, or until something is wrong. */
  run(ms: number, done: () => boolean = () => false): boolean {
    this.queue.run(this.now + ms, () => this.witness.problems.length > 0 || done());
    return done();
  }

  note(what: string): void {
    this.witness.note(this.now, `-- ${what}`);
  }

  #later(ms: number, task: () => void): void {
    const run = () => {
      if (this.now < this.#asleepUntil) this.queue.at(this.#asleepUntil, run);
      else task();
    };
    this.queue.after(ms, run);
  }

  #tell(input: Input): void {
    this.#told(input, perform(this.manager, input, this.now));
  }

  #told(input: Input, commands: readonly PathCommand[]): void {
    const { manager, witness } = this;
    witness.step(this.now, input, commands, manager.deadline);
    const expected = witness.book.used?.id;
    if (manager.used?.attempt !== expected) witness.problem(`uses ${manager.used?.attempt}, not ${expected}`);
    this.#steps += 1;
    if (this.#steps > STEPS_MAX) witness.problem('never comes to rest');
    for (const command of commands) this.#obey(command);
    this.#arm();
  }

  #arm(): void {
    const { deadline } = this.manager;
    this.#alarm += 1;
    const alarm = this.#alarm;
    if (deadline === Number.POSITIVE_INFINITY || this.witness.problems.length > 0) return;
    this.#later(Math.max(0, deadline - this.now) + this.#timerLateMs(), () => {
      if (alarm !== this.#alarm) return;
      this.#tell({ kind: 'advance' });
      this.#spins = this.manager.deadline > this.now ? 0 : this.#spins + 1;
      if (this.#spins > SPINS_MAX) this.witness.problem('wants to be called again and again');
    });
  }

  #obey(command: PathCommand): void {
    switch (command.kind) {
      case 'dial':
        this.#traffic.dial(command.attempt, command.transport);
        return;
      case 'adopt':
        this.#traffic.resume(command.attempt);
        return;
      case 'cancel':
      case 'retire':
        this.#traffic.drop(command.attempt);
        return;
      case 'ask':
      case 'wait':
        return;
    }
  }
}

const none = (): number => 0;
const answered = (): Fate => ({ kind: 'answered', lateMs: 0 });
