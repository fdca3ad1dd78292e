/**
 * Keeps a session online over whichever path works (T13, T17): carries out what the pure path manager asks for, and
 * tells it what came of it, until something final ends it [RECONNECT-1].
 */
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { failureKind } from '../connection/failure-kind.ts';
import type { Opened } from '../connection/open.ts';
import type { Environment } from '../environment.ts';
import type { AttemptId, PathCommand } from '../paths/commands.ts';
import type { PathManager } from '../paths/manager.ts';
import { SETTLE_MS } from '../paths/policy.ts';
import type { Granted } from './credentials.ts';
import { explain, isFinal } from './final.ts';
import { Report, type ReportOptions } from './report.ts';

export interface Established {
  opened: Opened;
  granted: Granted;
  resumed: boolean;
}

export interface SupervisorOptions extends ReportOptions {
  paths: PathManager;
  network: Environment['network'];
  open(transport: string, signal: AbortSignal): Promise<Opened>;
  /** Carries the session on over this connection. */
  resume(opened: Opened, signal: AbortSignal): Promise<Granted>;
  /** Whether a later Resume of this client took the session from that generation, rather than another process. */
  isOwnTakeover(generation: number): boolean;
  /** The session is about to leave its connection: nothing new is to be sent there [PATH-6]. */
  onMoving(): void;
  /** It does not leave it after all. */
  onStaying(): void;
  /** Before the status says online; a rejection means that this connection is of no use. */
  onOnline(established: Established): Promise<void>;
  /** Nothing is heard on the session's connection although something should be, and again [PATH-4]. */
  onSilence(isSilent: boolean): void;
  /** There is no connection for the session now. */
  onOffline(): void;
  /** It ended by itself, for good. */
  onStopped(reason: Error, wasOnline: boolean): void;
}

/** However long a server asks not to be asked. */
const RETRY_AFTER_MAX_MS = 3_600_000;

interface Attempt {
  readonly transport: string;
  readonly abort: AbortController;
  opened: Opened | undefined;
  /** Of the session on it. */
  generation: number;
}

interface Run {
  started: PromiseWithResolvers<void>;
  wasOnline: boolean;
  stopWatching: () => void;
}

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #attempts = new Map<AttemptId, Attempt>();
  #run: Run | undefined;
  #moving: AttemptId | undefined;
  #cancelTimer = () => {};
  #report: Report;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#report = new Report(options);
  }

  get running(): boolean {
    return this.#run !== undefined;
  }

  /** The session is about to leave the path that it is on. */
  get isMoving(): boolean {
    return this.#moving !== undefined;
  }

  /** Resolves when online for the first time; rejects when that will never be. `first` is a connection just logged in. */
  start(first?: Established): Promise<void> {
    const { paths, network } = this.#options;
    const stopWatching = network?.onChange(() =>
      this.#do((now) => paths.networkChanged(network.current(), now)),
    );
    const run = {
      started: Promise.withResolvers<void>(),
      wasOnline: false,
      stopWatching: stopWatching ?? nothing,
    };
    this.#run = run;
    this.#report = new Report(this.#options);
    if (first === undefined) {
      this.#do((now) => paths.start(now));
    } else {
      const { transport } = first.opened.route;
      const id = paths.startOn(transport, this.#options.clock.now());
      const attempt = { transport, abort: new AbortController(), opened: first.opened, generation: 0 };
      this.#attempts.set(id, attempt);
      this.#listen(id, first.opened);
      void this.#goOnline(id, attempt, first);
    }
    return run.started.promise;
  }

  /** The server's list of endpoints. */
  offered(transports: readonly string[]): void {
    this.#do((now) => this.#options.paths.offered(transports, now));
  }

  /** Over which transport alone it is to go on; undefined: whichever is best [PATH-14]. */
  choose(transport: string | undefined): void {
    const commands = this.#options.paths.choose(transport, this.#options.clock.now());
    if (this.#run === undefined) return;
    this.#carryOut(commands);
    this.#arm();
  }

  /** Ends it from this side; `start` rejects with `reason` when it has not been online yet. */
  stop(reason: unknown): void {
    this.#end()?.started.reject(reason);
  }

  /** Ends it for good, by itself. */
  #fail(error: unknown): void {
    const run = this.#end();
    if (run === undefined) return;
    const reason = explain(error);
    this.#options.onOffline();
    this.#report.stopped(reason);
    this.#options.onStopped(reason, run.wasOnline);
    run.started.reject(reason);
  }

  #end(): Run | undefined {
    const run = this.#run;
    this.#run = undefined;
    run?.stopWatching();
    this.#cancelTimer();
    this.#carryOut(this.#options.paths.stop());
    this.#report.left('this client stopped');
    return run;
  }

  /** One thing that happened, and what follows from it. */
  #do(happened: (now: number) => readonly PathCommand[]): void {
    if (this.#run === undefined) return;
    this.#carryOut(happened(this.#options.clock.now()));
    this.#arm();
  }

  #arm(): void {
    this.#cancelTimer();
    this.#cancelTimer = nothing;
    const { clock, paths } = this.#options;
    if (this.#run === undefined || paths.deadline === Number.POSITIVE_INFINITY) return;
    const waitMs = Math.max(0, paths.deadline - clock.now());
    this.#cancelTimer = clock.after(waitMs, () => this.#do((now) => paths.advance(now)));
  }

  #carryOut(commands: readonly PathCommand[]): void {
    for (const command of commands) {
      switch (command.kind) {
        case 'dial':
          this.#dial(command.attempt, command.transport);
          break;
        case 'cancel':
        case 'retire':
          this.#cancel(command.attempt);
          break;
        case 'adopt':
          void this.#adopt(command.attempt);
          break;
        case 'ask':
          this.#usedLink?.ask();
          break;
        case 'wait':
          this.#report.offline(command.untilMs);
      }
    }
  }

  get #usedLink(): Opened['link'] | undefined {
    const { used } = this.#options.paths;
    return used && this.#attempts.get(used.attempt)?.opened?.link;
  }

  #dial(id: AttemptId, transport: string): void {
    const attempt: Attempt = { transport, abort: new AbortController(), opened: undefined, generation: 0 };
    this.#attempts.set(id, attempt);
    if (this.#options.paths.used === undefined) this.#report.connecting();
    this.#options.open(transport, attempt.abort.signal).then(
      (opened) => this.#opened(id, attempt, opened),
      (error) => this.#failed(id, error),
    );
  }

  #opened(id: AttemptId, attempt: Attempt, opened: Opened): void {
    if (this.#attempts.get(id) !== attempt) {
      opened.link.close();
      return;
    }
    attempt.opened = opened;
    this.#listen(id, opened);
    this.#do((now) => this.#options.paths.opened(id, now));
  }

  #failed(id: AttemptId, error: unknown): void {
    if (!this.#attempts.delete(id)) return;
    if (isFinal(explain(error))) {
      this.#fail(error);
      return;
    }
    this.#report.failed(explain(error));
    this.#do((now) => this.#options.paths.failed(id, failureKind(error), now, retryAfterOf(error)));
  }

  #listen(id: AttemptId, { link }: Opened): void {
    const { paths } = this.#options;
    link.onSilence = (isSilent) => {
      if (paths.used?.attempt === id) this.#silenceChanged(isSilent);
      else if (this.#moving === id && isSilent) this.#reject(id);
    };
    void link.closed.then((error) => this.#closed(id, error));
  }

  #silenceChanged(isSilent: boolean): void {
    const { paths, onSilence } = this.#options;
    onSilence(isSilent);
    this.#do((now) => (isSilent ? paths.silent(now) : paths.heard(now)));
    if (!isSilent && paths.used !== undefined) this.#report.heard(paths.used.transport);
  }

  #closed(id: AttemptId, error: Error): void {
    const attempt = this.#attempts.get(id);
    if (attempt === undefined) return;
    this.#attempts.delete(id);
    const { paths, onOffline, isOwnTakeover } = this.#options;
    const isUsed = paths.used?.attempt === id;
    const isOurs = isTakeover(error) && isUsed && isOwnTakeover(attempt.generation);
    if (isFinal(explain(error)) && !isOurs) {
      this.#fail(error);
      return;
    }
    if (isUsed) {
      if (isOurs) this.#report.left(this.#whyMoved(attempt));
      else this.#report.lost(explain(error));
      onOffline();
    }
    this.#stay(id);
    this.#do((now) => paths.ended(id, retryAfterOf(error), now));
  }

  /** Nothing is to be heard of it any more. */
  #cancel(id: AttemptId): void {
    const attempt = this.#attempts.get(id);
    if (attempt === undefined) return;
    this.#attempts.delete(id);
    attempt.abort.abort();
    attempt.opened?.link.close();
    this.#stay(id);
  }

  /** The session does not move to that connection. */
  #stay(id: AttemptId): void {
    if (this.#moving !== id) return;
    this.#moving = undefined;
    if (this.#usedLink !== undefined) this.#options.onStaying();
  }

  async #adopt(id: AttemptId): Promise<void> {
    const attempt = this.#attempts.get(id);
    if (attempt?.opened === undefined) return;
    const { opened, abort } = attempt;
    const { resume, onMoving } = this.#options;
    this.#moving = id;
    onMoving();
    try {
      const old = this.#usedLink;
      if (old?.isSilent === false) await old.settled(SETTLE_MS);
      // Given up meanwhile: naming a generation now would make void what is being granted elsewhere.
      if (this.#attempts.get(id) !== attempt) return;
      const granted = await resume(opened, abort.signal);
      if (this.#attempts.get(id) !== attempt) return;
      this.#moving = undefined;
      this.#arrive(id, attempt);
      await this.#goOnline(id, attempt, { opened, granted, resumed: true });
    } catch (error) {
      if (this.#attempts.get(id) !== attempt) return;
      if (isFinal(explain(error))) {
        this.#fail(error);
        return;
      }
      this.#report.failed(explain(error));
      this.#reject(id, retryAfterOf(error));
    }
  }

  /** The session does not come there. */
  #reject(id: AttemptId, retryAfterMs = 0): void {
    this.#cancel(id);
    this.#do((now) => this.#options.paths.rejected(id, now, retryAfterMs));
  }

  /** The server has moved the session: what the old connection still says is void. */
  #arrive(id: AttemptId, { transport }: Attempt): void {
    const { used } = this.#options.paths;
    const old = used && this.#attempts.get(used.attempt);
    if (old?.opened !== undefined) {
      old.opened.link.onPush = nothing;
      this.#report.left(this.#whyMoved(old, transport));
    }
    this.#do((now) => this.#options.paths.adopted(id, now));
  }

  /** The server may tell the old connection before it answers on the new one. */
  #whyMoved(old: Attempt, to = this.#moving && this.#attempts.get(this.#moving)?.transport): string {
    if (old.opened?.link.isSilent === true) return 'it fell silent';
    if (to !== undefined && to === this.#options.paths.chosen) return `${to} was chosen`;
    return to === undefined ? 'the session had moved on' : `${to} works`;
  }

  async #goOnline(id: AttemptId, attempt: Attempt, established: Established): Promise<void> {
    const { opened, granted, resumed } = established;
    attempt.generation = granted.generation;
    this.#report.entered(attempt.transport);
    try {
      await this.#options.onOnline(established);
    } catch (error) {
      // What its end means is judged where that is told: a better path may have taken the session on already.
      if (opened.link.ended !== undefined) return;
      if (isFinal(explain(error))) this.#fail(error);
      else opened.link.close(explain(error));
      return;
    }
    if (this.#run === undefined || this.#attempts.get(id) !== attempt) return;
    this.#report.online(attempt.transport, resumed);
    this.#run.wasOnline = true;
    this.#run.started.resolve();
  }
}

/** What the server asks for, within reason [RECONNECT-2]. */
function retryAfterOf(error: unknown): number {
  const reason = explain(error);
  return reason instanceof SottoError ? Math.min(reason.retryAfterMs, RETRY_AFTER_MAX_MS) : 0;
}

const isTakeover = (error: Error): boolean =>
  error instanceof SottoError && error.code === ErrorCode.SESSION_TAKEN_OVER;

const nothing = (): void => {};
