/** The parts of a client, put together, and its life: guest, logged in, online, offline, stopped. As long as the list of its parts. */

import type { UserNumber } from '@sotto/model';
import type { FrameMessage, SottoError } from '@sotto/protocol';
import { abortable } from './abortable.ts';
import { Guest } from './connection/guest.ts';
import { Present } from './connection/present.ts';
import { Routes } from './connection/routes.ts';
import { ClientClosed } from './errors.ts';
import { EventHub } from './events/hub.ts';
import {
  type ClientChannel,
  loginSteps,
  registerSteps,
  type Send,
  type TokenAccount,
  tokenSteps,
} from './login/index.ts';
import type { ClientOptions } from './options.ts';
import { newMessageId } from './outbox/message-id.ts';
import { Outbox, type Result } from './outbox/outbox.ts';
import { Parts } from './parts.ts';
import { PathHistory } from './paths/history.ts';
import { PathManager } from './paths/manager.ts';
import { NetworkMemory } from './paths/memory.ts';
import type { ClientSnapshot, KeptPages } from './store.ts';
import { Credentials } from './supervisor/credentials.ts';
import { isSessionGone } from './supervisor/final.ts';
import { type Established, Supervisor } from './supervisor/supervisor.ts';
import { Progress } from './sync/progress.ts';
import { Timers } from './timers.ts';
import type { ConnectionStatus, LivePath, LoginAccount, PathChoice, PathChoices, Person } from './types.ts';

type LogIn = (send: Send, device: Device, channel: ClientChannel) => Promise<FrameMessage<'sessionGranted'>>;
type Device = Pick<TokenAccount, 'deviceKey' | 'deviceName'>;

export interface Account {
  name: string;
  password: string;
}

export class Core {
  readonly hub: EventHub;
  readonly parts: Parts;
  readonly outbox: Outbox;
  readonly progress: Progress;
  readonly history = new PathHistory();
  /** The connection that is logged in. */
  readonly present: Present;
  readonly #options: ClientOptions;
  readonly #timers: Timers;
  readonly #routes: Routes;
  readonly #memory: NetworkMemory;
  readonly #credentials: Credentials;
  readonly #paths: PathManager;
  readonly #supervisor: Supervisor;
  readonly #guest: Guest;
  #status: ConnectionStatus = { kind: 'connecting', attempt: 0 };
  #roomsKnown = Promise.withResolvers<void>();
  #areRoomsKnown = false;
  #isLoggingIn = false;
  #closed = false;

  constructor(options: ClientOptions, snapshot: ClientSnapshot, pages: KeptPages) {
    const { store, environment } = options;
    const clock = new Timers(environment.clock);
    this.#timers = clock;
    this.#options = { ...options, environment: { ...environment, clock } };
    this.#routes = new Routes(options.routes);
    this.#credentials = new Credentials(store, snapshot);
    this.hub = new EventHub({
      onTaken: (position) => this.progress.taken(position),
      onRoom: () => this.parts.follower.proceed(),
    });
    const onFailure = (error: Error) => this.#failed(error);
    this.#memory = new NetworkMemory(snapshot.networks, (records) => {
      store.saveNetworks(records).catch(onFailure);
    });
    this.progress = new Progress({ store, clock, onFailure }, snapshot.logIncarnation, snapshot.cursors);
    const onSettled = (clientMessageId: string, result: Result | SottoError) =>
      this.hub.publish({ kind: 'outboxSettled', clientMessageId, result });
    this.outbox = new Outbox(
      {
        store,
        clock,
        onSettled,
        onAccepted: (message, copies) => this.parts.timelines.accepted(message, copies),
        onChange: () => this.parts.timelines.sending(),
      },
      snapshot.outbox,
    );
    this.present = new Present(clock);
    const { present, hub, progress } = this;
    this.parts = new Parts({
      clock,
      store,
      keepRecent: options.keepRecent,
      hashing: environment,
      present,
      hub,
      progress,
      outbox: this.outbox,
      newMessageId: () => newMessageId(environment),
      webAddress: () => this.#routes.webAddress,
      me: () => this.#known,
      described: () => this.me,
      connection: {
        status: () => this.#status,
        stays: () => this.history.stays,
        path: () => this.#path,
        choices: () => this.#choices,
      },
      onDeleted: () => this.#leave(),
    });
    this.parts.restore(pages);
    this.#guest = new Guest({
      client: this.#options,
      clock,
      routes: this.#routes,
      memory: this.#memory,
      onConnecting: () => this.#onStatus({ kind: 'connecting', attempt: 1 }),
      onOffered: (transports) => {
        this.#supervisor.offered(transports);
        this.parts.snapshots.choice.mark();
      },
      checkOpen: () => this.#checkOpen(),
    });
    this.#paths = this.#makePaths();
    this.#supervisor = this.#supervise();
    this.history.onChange = () => this.parts.snapshots.paths.mark();
    this.#roomsKnown.promise.catch(() => {});
    store.lost?.then((reason) => {
      if (!this.#closed) this.#failed(reason);
    });
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  /** As the server described this user last, else as the session has it. */
  get me(): Person | undefined {
    const known = this.#known;
    return known && (this.parts.people.get(known.number) ?? known);
  }

  get #known(): Person | undefined {
    const session = this.#credentials.session;
    if (session === undefined) return undefined;
    const { userNumber, userUuid, userName: name, owner } = session;
    const administrator = owner;
    const uuid = userUuid as Person['uuid'];
    const number = userNumber as UserNumber;
    return { number, uuid, name, displayName: name, owner, administrator, deleted: false, assistant: false };
  }

  get #path(): LivePath | undefined {
    const { opened } = this.present;
    const since = this.history.stays.at(-1)?.since;
    if (opened === undefined || since === undefined) return undefined;
    const { connection, roundTripMs, isSilent: silent } = opened.link;
    const facts = connection.path && { ...connection.path };
    const { isMoving: moving } = this.#supervisor;
    return { transport: opened.route.transport, since, roundTripMs, silent, moving, facts };
  }

  get #choices(): PathChoices {
    return { chosen: this.#paths.chosen ?? 'auto', transports: this.#paths.transports };
  }

  /** Resolves once `rooms` is what the server says. */
  get roomsKnown(): Promise<void> {
    return this.#roomsKnown.promise;
  }

  /** The server has said in this run which ones there are. */
  get areRoomsKnown(): boolean {
    return this.#areRoomsKnown;
  }

  async register(account: Account & { code?: string }, signal?: AbortSignal): Promise<void> {
    this.#checkIdle();
    await this.#guest.work(signal, ({ link }) =>
      registerSteps((name, fields) => link.request(name, fields, signal), account),
    );
  }

  login({ code, secondFactor: ask, ...account }: LoginAccount, signal?: AbortSignal): Promise<Person> {
    const asked = ask && (() => abortable(ask(), signal));
    const secondFactor = code === undefined ? asked : async () => code;
    return this.#logIn(signal, (send, device, channel) =>
      loginSteps(send, { ...account, ...device, secondFactor }, channel),
    );
  }

  loginWithToken(token: string, signal?: AbortSignal): Promise<Person> {
    return this.#logIn(signal, (send, device, channel) => tokenSteps(send, { token, ...device }, channel));
  }

  async #logIn(signal: AbortSignal | undefined, steps: LogIn): Promise<Person> {
    this.#checkIdle();
    this.#isLoggingIn = true;
    try {
      const { deviceName } = this.#options;
      const deviceKey = await this.#credentials.deviceKey();
      const established = await this.#guest.work(signal, async (opened) => {
        const { link, transcriptHash } = opened;
        const send: Send = (name, fields) => link.request(name, fields, signal);
        const channel = { transcriptHash, binding: link.binding };
        return { opened, granted: await steps(send, { deviceKey, deviceName }, channel), resumed: false };
      });
      return await this.#enter(established, signal);
    } finally {
      this.#isLoggingIn = false;
    }
  }

  async #enter(established: Established, signal: AbortSignal | undefined): Promise<Person> {
    this.#guest.leave();
    const { granted, opened } = established;
    try {
      if (this.me !== undefined && this.me.number !== granted.user?.number) await this.#forgetAccount();
      await this.#credentials.keep(granted);
      this.#checkOpen();
      signal?.throwIfAborted();
    } catch (error) {
      opened.link.close();
      throw error;
    }
    return this.#start(established, signal);
  }

  async resume(signal?: AbortSignal): Promise<Person | undefined> {
    this.#checkIdle();
    if (this.#credentials.session === undefined) return undefined;
    try {
      return await this.#start(undefined, signal);
    } catch (error) {
      if (!isSessionGone(error)) throw error;
      await this.parts.kept.revoked();
      return undefined;
    }
  }

  /**
   * Where the server cannot be told, the session's token is forgotten here and dies unused. A session that is just moving
   * is ended where it arrives.
   */
  async logout(): Promise<void> {
    const { present } = this;
    await this.parts.settings.drafts.flush();
    if (present.opened !== undefined)
      await present.ask(({ link }) => link.request('logout', {})).catch(() => {});
    await this.#leave();
  }

  /** The session is over: nothing of it stays here. */
  async #leave(): Promise<void> {
    this.#supervisor.stop(new ClientClosed());
    this.#onOffline();
    await this.#forgetAccount();
    await this.close();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.hub.takeAll();
    const { settings, kept } = this.parts;
    await Promise.all([this.progress.flush(), settings.drafts.flush()]);
    await kept.flush();
    const reason = new ClientClosed();
    this.#supervisor.stop(reason);
    this.#guest.close();
    this.#onOffline();
    this.present.end(reason);
    this.parts.stop(reason);
    this.outbox.abandon(reason);
    this.parts.timelines.closeAll();
    this.#roomsKnown.reject(reason);
    this.#timers.cancelAll();
    this.#onStatus({ kind: 'stopped', reason: undefined });
    this.hub.end(true);
    await this.#options.store.close();
    await this.#options.farewell?.();
  }

  #makePaths(): PathManager {
    const { random, network } = this.#options.environment;
    const transports = this.#routes.all.map(({ transport }) => transport);
    return new PathManager({ transports, random, memory: this.#memory, network: network?.current() ?? '' });
  }

  #supervise(): Supervisor {
    const { clock, network } = this.#options.environment;
    return new Supervisor({
      clock,
      network,
      history: this.history,
      paths: this.#paths,
      open: (transport, signal) => this.#guest.openRoute(this.#routes.over(transport), signal),
      resume: (opened, signal) => this.#credentials.resume(opened, signal),
      isOwnTakeover: (generation) => this.#credentials.lastNamed > generation,
      onMoving: () => {
        this.outbox.hold();
        this.present.moves();
        this.parts.snapshots.path.mark();
      },
      onStaying: () => {
        this.outbox.goOn();
        this.present.stays();
        this.parts.snapshots.path.mark();
      },
      onOnline: (established) => this.#onOnline(established),
      onSilence: (isSilent) => {
        this.parts.files.silent(isSilent);
        this.parts.snapshots.path.mark();
      },
      onOffline: () => this.#onOffline(),
      onStatus: (status) => this.#onStatus(status),
      onStopped: (reason, wasOnline) => {
        if (isSessionGone(reason)) void this.parts.kept.revoked();
        this.present.end(reason);
        this.parts.stop(reason);
        this.outbox.release(reason);
        if (wasOnline) this.hub.end(false);
      },
    });
  }

  /** Throws ARGUMENT_INVALID for a transport that this client does not have. */
  choose(choice: PathChoice): void {
    const transport = choice === 'auto' ? undefined : choice;
    this.#routes.choose(transport);
    this.#supervisor.choose(transport);
    this.parts.snapshots.choice.mark();
  }

  #checkIdle(): void {
    this.#checkOpen();
    if (this.#isLoggingIn || this.#supervisor.running) throw new Error('this client is logged in already');
  }

  #checkOpen(): void {
    if (this.#closed) throw new ClientClosed();
  }

  async #start(first: Established | undefined, signal: AbortSignal | undefined): Promise<Person> {
    const abort = () => {
      this.#supervisor.stop(signal?.reason);
      this.#onOffline();
    };
    signal?.throwIfAborted();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      await this.#supervisor.start(first);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
    await this.parts.settings.load();
    if (this.me === undefined) throw new ClientClosed();
    return this.me;
  }

  async #onOnline({ opened, granted }: Established): Promise<void> {
    this.present.arrived(opened, this.#supervisor.isMoving);
    const { follower, calls, settings, answers } = this.parts;
    opened.link.onPush = (push) => this.parts.onPush(push, opened.link);
    await follower.start(opened.link, granted);
    if (opened.link.ended !== undefined) throw opened.link.ended;
    this.#guest.learn(granted.endpoints, opened.route);
    this.#areRoomsKnown = true;
    this.#roomsKnown.resolve();
    this.outbox.connected(opened.link, this.#supervisor.isMoving);
    void settings.load();
    answers.connected();
    this.parts.connected();
    calls.people.watchAgain().then(
      (people) => people && this.hub.publishTransient({ kind: 'presence', people }),
      () => {},
    );
  }

  #onOffline(): void {
    this.present.lost();
    this.parts.disconnected();
    this.outbox.disconnected();
  }

  #onStatus(status: ConnectionStatus): void {
    this.#status = status;
    const { snapshots } = this.parts;
    for (const each of [snapshots.status, snapshots.me, snapshots.path, snapshots.choice]) each.mark();
    this.hub.publishTransient({ kind: 'connection', state: status });
  }

  /** The store does not keep what it is given, or is another's: going on would lose messages silently. */
  #failed(reason: Error): void {
    this.#supervisor.stop(reason);
    this.#onOffline();
    this.#onStatus({ kind: 'stopped', reason });
    this.present.end(reason);
    this.parts.stop(reason);
    this.outbox.release(reason);
    this.hub.end(false);
  }

  async #forgetAccount(): Promise<void> {
    this.parts.reset();
    this.hub.discard();
    this.parts.stop(new ClientClosed());
    this.outbox.abandon(new ClientClosed());
    await this.#credentials.forget();
  }
}
