/** Connections of the model world: what is sent over them, what comes back, and what becomes of them when the world changes. */
import type { AttemptId } from '../commands.ts';
import type { Input } from './facts.ts';
import { type Line, meeting, type Route } from './lines.ts';
import { type Fate, SessionServer } from './session-server.ts';

/** Whoever hears nothing says it again after this. */
const AGAIN_MS = 300;
const SILENT_MS = 1_000;
const IDLE_TIMEOUT_MS = 30_000;

export interface TrafficOptions {
  routes: readonly Route[];
  tell: (input: Input) => void;
  /** Does not come while the machine sleeps. */
  later: (ms: number, task: () => void) => void;
  fate: () => Fate;
  noticeLateMs: () => number;
}

export class Traffic {
  readonly server = new SessionServer();
  readonly #options: TrafficOptions;
  #lines: Line[] = [];

  constructor(options: TrafficOptions) {
    this.#options = options;
  }

  get lines(): readonly Line[] {
    return this.#lines;
  }

  get used(): Line | undefined {
    return this.#lines.find(({ state }) => state === 'used');
  }

  lineOf(attempt: AttemptId): Line | undefined {
    return this.#lines.find((line) => line.attempt === attempt);
  }

  /** A connection that is used already. */
  begin(attempt: AttemptId, transport: string): void {
    const line = this.#line(attempt, transport);
    line.state = 'used';
    this.server.holder = line;
    this.#meet(line);
  }

  dial(attempt: AttemptId, transport: string): void {
    const line = this.#line(attempt, transport);
    this.#travel(line, line.route.trips);
  }

  drop(attempt: AttemptId): void {
    const line = this.lineOf(attempt);
    if (line !== undefined) this.#lose(line);
  }

  /** The client asks for the session over this line. */
  resume(attempt: AttemptId): void {
    const line = this.lineOf(attempt);
    if (line === undefined) return;
    line.state = 'adopting';
    const generation = this.server.nextGeneration();
    this.#meet(line);
    this.#through(line, () => this.#arrived(line, generation, this.#options.fate()));
  }

  /** Something has changed: whom it concerns notices. */
  meetAll(): void {
    for (const line of [...this.#lines]) this.#meet(line);
  }

  /** The other end closes it. */
  end(line: Line, retryAfterMs: number): void {
    const { attempt, state } = line;
    if (state === 'gone') return;
    this.#lose(line);
    const { tell } = this.#options;
    if (state === 'dialling') tell({ kind: 'failed', attempt, failure: 'unreachable' });
    else if (state === 'adopting') tell({ kind: 'rejected', attempt });
    else tell({ kind: 'ended', attempt, retryAfterMs });
  }

  #line(attempt: AttemptId, transport: string): Line {
    const route = this.#options.routes.find((one) => one.transport === transport);
    if (route === undefined) throw new Error(`no route for ${transport}`);
    const fresh = { meets: 'works', turn: 0, dead: false, dropped: false, silent: false } as const;
    const line: Line = { ...fresh, attempt, route, state: 'dialling', epoch: this.server.epoch };
    this.#lines.push(line);
    return line;
  }

  #lose(line: Line): void {
    line.state = 'gone';
    line.turn += 1;
    this.#lines = this.#lines.filter((other) => other !== line);
  }

  /** Round trips until the server has answered Hello. */
  #travel(line: Line, trips: number): void {
    const { later, tell } = this.#options;
    const { attempt, route } = line;
    const isDialling = () => line.state === 'dialling';
    const fails = (failure: 'refused' | 'unreachable') => () => {
      if (!isDialling()) return;
      this.#lose(line);
      tell({ kind: 'failed', attempt, failure });
    };
    switch (meeting(line, this.server)) {
      case 'refused':
        later(route.rttMs, fails('refused'));
        return;
      case 'unreachable':
        later(1, fails('unreachable'));
        return;
      case 'silent':
        later(AGAIN_MS, () => isDialling() && this.#travel(line, trips));
        return;
      case 'works':
        later(route.rttMs, () => {
          if (!isDialling()) return;
          const isAnswered = meeting(line, this.server) === 'works';
          if (isAnswered && trips === 1) this.#opened(line);
          else this.#travel(line, isAnswered ? trips - 1 : trips);
        });
    }
  }

  #opened(line: Line): void {
    line.state = 'open';
    line.epoch = this.server.epoch;
    this.#options.tell({ kind: 'opened', attempt: line.attempt });
    this.#meet(line);
  }

  /** Half a round trip, said again until it gets through. */
  #through(line: Line, arrived: () => void): void {
    const { state, route } = line;
    const isStill = () => line.state === state;
    const isOpen = () => meeting(line, this.server) === 'works';
    this.#options.later(isOpen() ? route.rttMs / 2 : AGAIN_MS, () => {
      // What was sent arrives, also when its sender has turned away meanwhile.
      if (isOpen()) arrived();
      else if (isStill()) this.#through(line, arrived);
    });
  }

  #arrived(line: Line, generation: number, fate: Fate): void {
    if (fate.kind === 'ignored') return;
    const former = this.server.holder;
    const isTaken = fate.kind !== 'refused' && this.server.takeOver(line, generation);
    if (isTaken && former !== undefined && former !== line) {
      former.dropped = true;
      this.#options.later(former.route.rttMs / 2, () => this.#meet(former));
    }
    if (fate.kind === 'lost' || line.state !== 'adopting') return;
    const lateMs = fate.kind === 'answered' ? fate.lateMs : 0;
    this.#options.later(lateMs, () => this.#through(line, () => this.#answered(line, isTaken)));
  }

  #answered(line: Line, isTaken: boolean): void {
    const { attempt, state } = line;
    if (state !== 'adopting') return;
    if (isTaken) line.state = 'used';
    else this.#lose(line);
    this.#options.tell({ kind: isTaken ? 'adopted' : 'rejected', attempt });
  }

  /** What is heard, or not, on a line that was open before. */
  #meet(line: Line): void {
    const meets = meeting(line, this.server);
    if (line.state === 'gone' || line.state === 'dialling' || line.meets === meets) return;
    line.meets = meets;
    line.turn += 1;
    const { turn, route } = line;
    const soon = (ms: number, task: () => void) =>
      this.#options.later(ms, () => {
        if (line.turn === turn && line.state !== 'gone') task();
      });
    if (meets === 'works') soon(route.rttMs / 2, () => this.#heard(line));
    else if (meets === 'refused') soon(route.rttMs / 2, () => this.end(line, 0));
    else {
      soon(SILENT_MS + 2 * route.rttMs + this.#options.noticeLateMs(), () => this.#fallsSilent(line));
      soon(IDLE_TIMEOUT_MS, () => this.end(line, 0));
    }
  }

  #heard(line: Line): void {
    if (!line.silent) return;
    line.silent = false;
    this.#options.tell({ kind: 'heard' });
  }

  #fallsSilent(line: Line): void {
    if (line.state === 'adopting') this.end(line, 0);
    if (line.state !== 'used' || line.silent) return;
    line.silent = true;
    this.#options.tell({ kind: 'silent' });
  }
}
