import {
  EventQueue,
  type FakeTlsOptions,
  fakeTls,
  type RandomNumber,
  seededRandom,
} from '@sotto/protocol/testing';
import {
  type ConnectionSink,
  type Exporter,
  KEYS_EXPORTER_LABEL,
  type StartTls,
  UDP_VERSIONS,
  type UdpConnection,
  type UdpEnd,
  UdpEndpoint,
} from '@sotto/protocol/udp';
import { nodeCrypto } from '@sotto/transport/udp/crypto';
import type { Conditions } from './conditions.ts';
import { Host } from './host.ts';
import { Network, type Site } from './network.ts';
import { Talk, TalkSide } from './talk.ts';

const RESET_KEY = new Uint8Array(32).fill(9);
const WHO_LABEL = 'EXPORTER-who';

export interface WorldOptions {
  seed: number;
  number: RandomNumber;
  /** See Host. */
  slackMs?: number;
  /** How long TLS takes for each step. */
  tlsMs?: number;
  tls?: Partial<FakeTlsOptions>;
  serverTls?: Partial<FakeTlsOptions>;
  /** What both know, best first. */
  versions?: { client: readonly number[]; server: readonly number[] };
  handshakesMax?: number;
  /** Keeps every packet in the trace. */
  packets?: boolean;
}

/** A server and its clients under virtual time. */
export class World {
  readonly queue = new EventQueue();
  readonly problems: string[] = [];
  readonly trace: string[] = [];
  readonly number: RandomNumber;
  readonly network: Network;
  readonly callers: Caller[] = [];
  readonly talks: Talk[] = [];
  server: Host;
  /** When the last server began. */
  startedAt: number;
  readonly options: WorldOptions;
  /** The secrets of connections, as the ends get to them: two of each. */
  readonly secrets: Uint8Array[] = [];
  readonly #byKeys = new Map<string, Talk>();
  #randoms = 0;
  #talked = 0;

  constructor(options: WorldOptions) {
    this.options = options;
    this.number = options.number;
    this.network = new Network(this.queue, options.number, this.problems);
    this.startedAt = this.queue.now;
    if (options.packets === true)
      this.network.tap = ({ from, to, bytes }) =>
        this.log(`  ${from} > ${to} ${bytes.length} ${Buffer.from(bytes.subarray(0, 9)).toString('hex')}`);
    this.server = this.#startServer();
  }

  readonly log = (what: string): void => {
    this.trace.push(`${this.queue.elapsedMs.toFixed(2)} ${what}`);
  };

  /** Sent by both ends so far. */
  get packets(): number {
    let packets = 0;
    for (const { site } of this.callers) packets += site.up.counts.sent + site.down.counts.sent;
    return packets;
  }

  readonly problem = (what: string): void => {
    this.problems.push(`${this.queue.elapsedMs.toFixed(2)} ${what}`);
    this.log(`PROBLEM ${what}`);
  };

  /** Another process in its place, which remembers nothing but the key of its resets. */
  restartServer(): void {
    this.log('the server restarts');
    for (const caller of this.callers) caller.disturbed = true;
    this.server.stop();
    this.network.watch.forget();
    this.startedAt = this.queue.now;
    for (const talk of this.talks) {
      talk.formerServer ??= talk.server;
      talk.server = undefined;
    }
    this.server = this.#startServer();
  }

  call(up: Conditions, down: Conditions, tls: Partial<FakeTlsOptions> = {}): Caller {
    const caller = new Caller(this, this.network.join(up, down), this.callers.length, tls);
    this.callers.push(caller);
    return caller;
  }

  environment(role: 'client' | 'server', host: () => Host, tls: Partial<FakeTlsOptions> = {}) {
    const random = seededRandom(this.options.seed * 1_000 + this.#randoms++);
    const later = (task: () => void) => this.queue.after(this.options.tlsMs ?? 1, () => host().do(task));
    const begin = fakeTls({ role, crypto: nodeCrypto, random, later, ...this.options.tls, ...tls });
    const startTls: StartTls = (events) =>
      begin({ ...events, complete: (exporter) => events.complete(this.#overhear(exporter)) });
    return { crypto: nodeCrypto, random, startTls };
  }

  /** The connection that these keys are of. */
  talkOf(connection: UdpConnection): Talk {
    const keys = Buffer.from(connection.exporter(16, WHO_LABEL, undefined)).toString('hex');
    let talk = this.#byKeys.get(keys);
    if (talk === undefined) {
      talk = new Talk(this.#talked++);
      this.talks.push(talk);
      this.#byKeys.set(keys, talk);
    }
    return talk;
  }

  /** For long runs of many connections. */
  forgetTalks(keeps: (talk: Talk) => boolean): void {
    this.talks.splice(0, this.talks.length, ...this.talks.filter(keeps));
    for (const [keys, talk] of this.#byKeys) if (!keeps(talk)) this.#byKeys.delete(keys);
  }

  #overhear(exporter: Exporter): Exporter {
    return (bytes, label, context) => {
      const exported = exporter(bytes, label, context);
      if (label === KEYS_EXPORTER_LABEL) this.secrets.push(exported);
      return exported;
    };
  }

  #startServer(): Host {
    const { handshakesMax } = this.options;
    const host: Host = new Host({
      queue: this.queue,
      slackMs: this.options.slackMs ?? 0,
      problem: (what) => this.problem(`server: ${what}`),
      send: (path, datagram) => this.network.fromServer(path, datagram),
      create: (wake) =>
        new UdpEndpoint({
          environment: this.environment('server', () => host, this.options.serverTls),
          now: this.queue.now,
          wake,
          versions: this.options.versions?.server ?? UDP_VERSIONS,
          server: {
            resetKey: RESET_KEY,
            accept: (connection) => this.#accept(connection),
            ...(handshakesMax === undefined ? {} : { handshakesMax }),
          },
        }),
    });
    this.network.server = (datagram, from) => host.receive(datagram, from);
    return host;
  }

  #accept(connection: UdpConnection): ConnectionSink {
    const talk = this.talkOf(connection);
    if (talk.server !== undefined) this.problem(`two servers for connection ${talk.number}`);
    talk.server = new TalkSide(this, talk.number, 'server', connection);
    this.log(`server accepts ${talk.number} from ${connection.path}`);
    return talk.server.sink;
  }
}

/** A client and its one connection, as long as it lives. */
export class Caller {
  readonly name: string;
  readonly site: Site;
  readonly host: Host;
  readonly connection: UdpConnection;
  readonly startedAt: number;
  talk: Talk | undefined;
  /** It ended before there were keys. */
  failed: UdpEnd | undefined;
  failedAt = 0;
  gone = false;
  /** Something happened for which a handshake may fail. */
  disturbed = false;
  /** Another one has been begun in its place. */
  replaced = false;
  #socket: string;
  readonly #world: World;

  constructor(world: World, site: Site, number: number, tls: Partial<FakeTlsOptions>) {
    const { queue } = world;
    this.#world = world;
    this.name = `client${number}`;
    this.site = site;
    this.startedAt = queue.now;
    this.host = new Host({
      queue,
      slackMs: world.options.slackMs ?? 0,
      problem: (what) => world.problem(`${this.name}: ${what}`),
      send: (path, datagram) => site.send(path, datagram),
      create: (wake) =>
        new UdpEndpoint({
          environment: world.environment('client', () => this.host, tls),
          now: queue.now,
          wake,
          versions: world.options.versions?.client ?? UDP_VERSIONS,
        }),
    });
    site.receives = (datagram, path) => this.host.receive(datagram, path);
    this.#socket = site.open();
    world.log(`${this.name} calls from ${site.addressOf(this.#socket)}`);
    this.connection = this.host.endpoint.connect(queue.now, {
      path: this.#socket,
      established: (connection) => this.#established(connection),
      failed: (end) => this.#ended(end),
      move: () => this.move(),
    });
  }

  get side(): TalkSide | undefined {
    return this.talk?.client;
  }

  /** It has neither ended nor been killed. */
  get alive(): boolean {
    return !this.gone && this.failed === undefined && this.side?.end === undefined;
  }

  get address(): string {
    return this.site.addressOf(this.#socket);
  }

  /** To another socket. */
  move(): string {
    this.#socket = this.site.open();
    this.#world.log(`${this.name} takes another socket, ${this.address}`);
    return this.#socket;
  }

  migrate(): void {
    this.connection.migrate(this.move());
  }

  /** Without a word. */
  vanish(): void {
    this.#world.log(`${this.name} vanishes`);
    this.gone = true;
    this.host.stop();
    this.site.leave();
  }

  #established(connection: UdpConnection): ConnectionSink {
    const world = this.#world;
    this.talk = world.talkOf(connection);
    world.log(`${this.name} has connection ${this.talk.number}`);
    if (this.talk.client !== undefined) world.problem(`two clients for connection ${this.talk.number}`);
    this.talk.client = new TalkSide(world, this.talk.number, 'client', connection);
    return this.talk.client.sink;
  }

  #ended(end: UdpEnd): void {
    if (this.failed !== undefined) this.#world.problem(`${this.name} failed twice`);
    this.failed = end;
    this.failedAt = this.#world.queue.now;
    this.#world.log(`${this.name} failed: ${end.by} ${end.code} ${end.reason}`);
  }
}
