/** The parts of a client, put together, and its life: guest, logged in, online, offline, stopped. */

import type { UserNumber } from '@sotto/model';
import type { Push, SottoError } from '@sotto/protocol';
import type { Endpoint } from '@sotto/schema';
import { PeopleCalls } from './calls/people.ts';
import { RoomCalls } from './calls/rooms.ts';
import { type Opened, open } from './connection/open.ts';
import { persist } from './connection/persist.ts';
import { Present } from './connection/present.ts';
import { race } from './connection/race.ts';
import { Routes } from './connection/routes.ts';
import type { Route } from './environment.ts';
import { ClientClosed } from './errors.ts';
import { EventHub } from './events/hub.ts';
import { loginSteps, registerSteps } from './login/index.ts';
import type { ClientOptions } from './options.ts';
import { Outbox, type Result } from './outbox/outbox.ts';
import { PathHistory } from './paths/history.ts';
import { PathManager } from './paths/manager.ts';
import { NetworkMemory } from './paths/memory.ts';
import type { ClientSnapshot } from './store.ts';
import { Credentials } from './supervisor/credentials.ts';
import { explain, isSessionGone } from './supervisor/final.ts';
import { type Established, Supervisor } from './supervisor/supervisor.ts';
import { Follower } from './sync/follower.ts';
import { People } from './sync/people.ts';
import { Progress } from './sync/progress.ts';
import { Rooms } from './sync/rooms.ts';
import { Timers } from './timers.ts';
import type { ConnectionStatus, Person } from './types.ts';

export interface Account {
  name: string;
  password: string;
}

export class Core {
  readonly hub: EventHub;
  readonly rooms = new Rooms();
  readonly outbox: Outbox;
  readonly progress: Progress;
  readonly history = new PathHistory();
  /** The connection that is logged in. */
  readonly present: Present;
  readonly roomCalls: RoomCalls;
  readonly peopleCalls: PeopleCalls;
  readonly #options: ClientOptions;
  readonly #timers: Timers;
  readonly #routes: Routes;
  readonly #memory: NetworkMemory;
  readonly #credentials: Credentials;
  readonly #supervisor: Supervisor;
  readonly #follower: Follower;
  #status: ConnectionStatus = { kind: 'connecting', attempt: 0 };
  /** A connection that is not logged in yet; kept between attempts, which the server counts. */
  #guest: Opened | undefined;
  #roomsKnown = Promise.withResolvers<void>();
  #isLoggingIn = false;
  #closed = false;

  constructor(options: ClientOptions, snapshot: ClientSnapshot) {
    const { store, environment } = options;
    const clock = new Timers(environment.clock);
    this.#timers = clock;
    this.#options = { ...options, environment: { ...environment, clock } };
    this.#routes = new Routes(options.routes);
    this.#credentials = new Credentials(store, snapshot);
    this.hub = new EventHub({
      onTaken: (position) => this.progress.taken(position),
      onRoom: () => this.#follower.proceed(),
    });
    const onFailure = (error: Error) => this.#failed(error);
    this.#memory = new NetworkMemory(snapshot.networks, (records) => {
      store.saveNetworks(records).catch(onFailure);
    });
    this.progress = new Progress({ store, clock, onFailure }, snapshot.logIncarnation, snapshot.cursors);
    const onSettled = (clientMessageId: string, result: Result | SottoError) =>
      this.hub.publish({ kind: 'outboxSettled', clientMessageId, result });
    this.outbox = new Outbox({ store, clock, onSettled }, snapshot.outbox);
    this.present = new Present(clock);
    const { present } = this;
    const people = new People(
      async (users) => (await present.online.link.request('lookUpUsers', { users })).users,
    );
    const shared = { clock, people, rooms: this.rooms, hub: this.hub, progress: this.progress };
    this.#follower = new Follower(shared);
    const me = () => this.me?.number;
    this.roomCalls = new RoomCalls({ present, rooms: this.rooms, people, follower: this.#follower, me });
    this.peopleCalls = new PeopleCalls(present, people);
    this.#supervisor = this.#supervise();
    this.#roomsKnown.promise.catch(() => {});
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  get me(): Person | undefined {
    const session = this.#credentials.session;
    if (session === undefined) return undefined;
    const { userNumber, userUuid, userName, owner } = session;
    return { number: userNumber as UserNumber, uuid: userUuid as Person['uuid'], name: userName, owner };
  }

  /** Resolves once `rooms` is what the server says. */
  get roomsKnown(): Promise<void> {
    return this.#roomsKnown.promise;
  }

  get hasRooms(): boolean {
    return this.rooms.streams().length > 0;
  }

  async register(account: Account & { code?: string }, signal?: AbortSignal): Promise<void> {
    this.#checkIdle();
    await this.#asGuest(signal, ({ link }) =>
      registerSteps((name, fields) => link.request(name, fields, signal), account),
    );
  }

  async login(account: Account, signal?: AbortSignal): Promise<Person> {
    this.#checkIdle();
    this.#isLoggingIn = true;
    try {
      return await this.#login(account, signal);
    } finally {
      this.#isLoggingIn = false;
    }
  }

  async #login({ name, password }: Account, signal: AbortSignal | undefined): Promise<Person> {
    const { deviceName } = this.#options;
    const deviceKey = await this.#credentials.deviceKey();
    const established = await this.#asGuest(signal, async (opened) => {
      const { link, transcriptHash } = opened;
      const granted = await loginSteps(
        (type, fields) => link.request(type, fields, signal),
        { name, password, deviceKey, deviceName },
        { transcriptHash, binding: link.binding },
      );
      return { opened, granted, resumed: false };
    });
    this.#guest = undefined;
    const { granted, opened } = established;
    try {
      if (this.me !== undefined && this.me.number !== granted.user?.number) await this.#forgetAccount();
      await this.#credentials.keep(granted);
      if (this.#closed) throw new ClientClosed();
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
      if (isSessionGone(error)) return undefined;
      throw error;
    }
  }

  /**
   * Where the server cannot be told, the session's token is forgotten here and dies unused. A session that is just moving
   * is ended where it arrives.
   */
  async logout(): Promise<void> {
    const { present } = this;
    if (present.opened !== undefined)
      await present.ask(({ link }) => link.request('logout', {})).catch(() => {});
    this.#supervisor.stop(new ClientClosed());
    this.#onOffline();
    await this.#forgetAccount();
    await this.close();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.hub.takeAll();
    await this.progress.flush();
    const reason = new ClientClosed();
    this.#supervisor.stop(reason);
    this.#guest?.link.close();
    this.#onOffline();
    this.present.end(reason);
    this.outbox.abandon(reason);
    this.#roomsKnown.reject(reason);
    this.#timers.cancelAll();
    this.#onStatus({ kind: 'stopped', reason: undefined });
    this.hub.end(true);
    await this.#options.store.close();
    await this.#options.farewell?.();
  }

  #supervise(): Supervisor {
    const { clock, random, network } = this.#options.environment;
    const transports = this.#routes.all.map(({ transport }) => transport);
    const memory = this.#memory;
    return new Supervisor({
      clock,
      network,
      history: this.history,
      paths: new PathManager({ transports, random, memory, network: network?.current() ?? '' }),
      open: (transport, signal) => this.#openRoute(this.#routes.over(transport), signal),
      resume: (opened, signal) => this.#credentials.resume(opened, signal),
      isOwnTakeover: (generation) => this.#credentials.lastNamed > generation,
      onMoving: () => {
        this.outbox.hold();
        this.present.moves();
      },
      onStaying: () => {
        this.outbox.goOn();
        this.present.stays();
      },
      onOnline: (established) => this.#onOnline(established),
      onOffline: () => this.#onOffline(),
      onStatus: (status) => this.#onStatus(status),
      onStopped: (reason, wasOnline) => {
        this.present.end(reason);
        this.outbox.release(reason);
        if (wasOnline) this.hub.end(false);
      },
    });
  }

  #checkIdle(): void {
    if (this.#closed) throw new ClientClosed();
    if (this.#isLoggingIn || this.#supervisor.running) throw new Error('this client is logged in already');
  }

  async #asGuest<T>(signal: AbortSignal | undefined, work: (guest: Opened) => Promise<T>): Promise<T> {
    try {
      this.#guest = await this.#guestConnection(signal);
      return await work(this.#guest);
    } catch (error) {
      if (signal?.aborted) this.#guest?.link.close();
      throw explain(error);
    }
  }

  async #guestConnection(signal: AbortSignal | undefined): Promise<Opened> {
    if (this.#guest !== undefined && this.#guest.link.ended === undefined) return this.#guest;
    this.#onStatus({ kind: 'connecting', attempt: 1 });
    const opened = await this.#open(signal ?? new AbortController().signal);
    if (!this.#closed) return opened;
    opened.link.close();
    throw new ClientClosed();
  }

  /** Without a session there is nothing to move later: the first that answers is used. */
  #open(signal: AbortSignal): Promise<Opened> {
    const { clock, network } = this.#options.environment;
    const here = network?.current() ?? '';
    const worked = (transport: string) => this.#memory.worked(here, transport, clock.now());
    return race(
      this.#routes.all,
      (route, cancelled) => this.#openRoute(route, cancelled),
      clock,
      signal,
      (transport) => worked(transport) !== false,
    );
  }

  async #openRoute(route: Route, signal: AbortSignal): Promise<Opened> {
    const { agent, verify, environment } = this.#options;
    const opened = await persist(
      {
        attempt: (calledOff) => open(route, { agent, verify, environment }, calledOff),
        discard: ({ link }) => link.close(),
        clock: environment.clock,
      },
      signal,
    );
    this.#learn(opened.welcome.endpoints, route);
    return opened;
  }

  #learn(endpoints: readonly Endpoint[], used: Route): void {
    this.#supervisor.offered(this.#routes.learn(endpoints, used));
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
    if (this.me === undefined) throw new ClientClosed();
    return this.me;
  }

  async #onOnline({ opened, granted }: Established): Promise<void> {
    this.present.arrived(opened, this.#supervisor.isMoving);
    opened.link.onPush = (push) => this.#onPush(push);
    await this.#follower.start(opened.link, granted);
    if (opened.link.ended !== undefined) throw opened.link.ended;
    this.#learn(granted.endpoints, opened.route);
    this.#roomsKnown.resolve();
    this.outbox.connected(opened.link, this.#supervisor.isMoving);
    this.peopleCalls.watchAgain().then(
      (people) => people && this.hub.publishTransient({ kind: 'presence', people }),
      () => {},
    );
  }

  #onOffline(): void {
    this.present.lost();
    this.#follower.stop();
    this.outbox.disconnected();
  }

  #onPush(push: Push): void {
    switch (push.name) {
      case 'event':
        this.#follower.push(push.message);
        break;
      case 'receipts': {
        const receipts = this.rooms.receipts(push.message);
        if (receipts !== undefined) this.hub.publishTransient(receipts);
        break;
      }
      case 'presenceUpdate': {
        const people = this.peopleCalls.describe(push.message.people);
        this.hub.publishTransient({ kind: 'presence', people });
      }
    }
  }

  #onStatus(status: ConnectionStatus): void {
    this.#status = status;
    this.hub.publishTransient({ kind: 'connection', state: status });
  }

  /** The store does not keep what it is given: going on would lose messages silently. */
  #failed(reason: Error): void {
    this.#supervisor.stop(reason);
    this.#onOffline();
    this.#onStatus({ kind: 'stopped', reason });
    this.present.end(reason);
    this.outbox.release(reason);
    this.hub.end(false);
  }

  async #forgetAccount(): Promise<void> {
    this.#follower.reset();
    this.hub.discard();
    this.outbox.abandon(new ClientClosed());
    await this.#credentials.forget();
  }
}
