/** A client of the simulation: the real SDK on a store that outlives it, and what its user saw. */
import { createHash } from 'node:crypto';
import {
  type ClientEvent,
  createClient,
  type Network,
  type PathStay,
  type Sent,
  type SottoClient,
} from '@sotto/client';
import type { Random } from '@sotto/protocol';
import type { RandomNumber, VirtualClock } from '@sotto/protocol/testing';
import type { SeededSession } from '@sotto/server/testing';
import type { Connection, ConnectionEvents, Dial } from '@sotto/transport';
import { keepSession } from '../keep-session.ts';
import { Disk } from './disk.ts';
import { Mortal } from './mortal.ts';
import { spring, type Trap, watchForResume } from './traps.ts';
import { SERVER, type Way } from './ways.ts';

/** One event of a room as handed to the user. */
export interface Seen {
  room: number;
  sequence: number;
  /** Of messages. */
  clientMessageId: string | undefined;
  text: string | undefined;
}

export interface SimulatedClientOptions {
  name: string;
  clock: VirtualClock;
  number: RandomNumber;
  random: Random;
  ways: readonly Way[];
  session: SeededSession;
  log: (what: string) => void;
}

export class SimulatedClient {
  readonly name: string;
  readonly number: number;
  readonly ways: readonly Way[];
  /** What each run of the program saw, in order. */
  readonly runs: Seen[][] = [];
  /** Messages that the server acknowledged to this client. */
  readonly acknowledged: (Sent & { clientMessageId: string; text: string })[] = [];
  readonly failures: string[] = [];
  /** Closes around a connection on which it resumes, after sparing that many. */
  trap: { kind: Trap; spares: number } | undefined;
  readonly #options: SimulatedClientOptions;
  readonly #disk = new Disk((what) => this.failures.push(what));
  readonly #networkChanged = new Set<() => void>();
  #network = 'home';
  #life: Mortal | undefined;
  #client: SottoClient | undefined;

  constructor(options: SimulatedClientOptions) {
    this.#options = options;
    this.name = options.name;
    this.number = options.session.user.number;
    this.ways = options.ways;
  }

  get running(): boolean {
    return this.#client !== undefined;
  }

  get asleep(): boolean {
    return this.#life?.asleep === true;
  }

  get sdk(): SottoClient {
    if (this.#client === undefined) throw new Error(`${this.name} is not running`);
    return this.#client;
  }

  /** Ids of messages that reached this client's disk in any run: none of them may be lost. */
  get persisted(): ReadonlySet<string> {
    return this.#disk.persisted;
  }

  /** Everything is acknowledged. */
  get idle(): boolean {
    return this.sdk.status.kind === 'online' && this.sdk.outboxSize === 0;
  }

  /** What the session uses; undefined while it has no connection. */
  get transport(): string | undefined {
    const { status } = this.sdk;
    return status.kind === 'online' ? status.transport : undefined;
  }

  get stays(): readonly PathStay[] {
    return this.sdk.paths;
  }

  async install(): Promise<void> {
    await keepSession(this.#disk.store, this.#options.session);
  }

  /** Messages on the client's disk that it still has to send. */
  async unsent(): Promise<readonly string[]> {
    const { outbox } = await this.#disk.store.load();
    return outbox.map(({ clientMessageId }) => clientMessageId);
  }

  async start(): Promise<void> {
    const { clock, random } = this.#options;
    const life = new Mortal(clock);
    this.#life = life;
    const client = await createClient({
      routes: this.ways.map((way, port) => ({
        transport: way.transport,
        host: SERVER,
        port,
        dial: this.#dial(life, way),
      })),
      verify: () => {},
      store: this.#disk.mount(life),
      // Every other one shows at its next start what it kept [KEPT-1].
      keepRecent: this.#options.session.user.number % 2 === 0,
      agent: 'simulation',
      deviceName: this.name,
      environment: {
        clock: life,
        random,
        sha256: (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()),
        hasher: () => createHash('sha256'),
        network: this.#networkOf(life),
      },
    });
    this.#client = client;
    void this.#watch(client, life);
    client.resume().catch((error) => this.#failed(life, `resume: ${error}`));
  }

  /** As `kill -9`: the kernel sends what it has, and hangs up. */
  crash(): void {
    this.#life?.kill();
    this.#client = undefined;
    for (const connection of this.#connections) connection.abort();
  }

  /** The machine sleeps. */
  sleep(): void {
    this.#life?.sleep();
  }

  wake(): void {
    this.#life?.wake(this.#options.number(2) === 0);
  }

  /** The machine is elsewhere: connections but that of UDP, which carries itself over, are dead, and nobody knows. */
  roam(network: string): void {
    this.#network = network;
    for (const way of this.ways) if (way.transport !== 'udp') way.vanish();
    for (const changed of [...this.#networkChanged]) changed();
  }

  send(room: number, text: string, direct: boolean): void {
    const life = this.#life;
    const clientMessageId = this.#options.random.bytes(16).toHex();
    const { sdk } = this;
    const accept = (sent: Sent) => {
      if (life?.dead === false) this.acknowledged.push({ ...sent, clientMessageId, text });
    };
    const sending = direct
      ? sdk.sendDirect([room as never], text, { clientMessageId }).then(({ outcomes }) => {
          for (const { sent } of outcomes) if (sent !== undefined) accept(sent);
        })
      : sdk.send(room as never, text, { clientMessageId }).then(accept);
    sending.catch((error) => this.#failed(life, `send: ${error}`));
  }

  #failed(life: Mortal | undefined, what: string): void {
    if (life?.dead === false) this.failures.push(what);
  }

  async #watch(client: SottoClient, life: Mortal): Promise<void> {
    const seen: Seen[] = [];
    this.runs.push(seen);
    for await (const event of client.events()) {
      if (life.dead) return;
      const what = seenOf(event);
      if (what !== undefined) seen.push(what);
      if (event.kind === 'connection') this.#stateChanged(event.state);
    }
  }

  #stateChanged(state: Extract<ClientEvent, { kind: 'connection' }>['state']): void {
    const { log } = this.#options;
    switch (state.kind) {
      case 'connecting':
        break;
      case 'online':
        log(`${this.name} is online over ${state.transport}`);
        break;
      case 'offline':
        log(`${this.name} is offline: ${state.reason}`);
        break;
      case 'stopped':
        log(`${this.name} stopped`);
        this.failures.push(`stopped for good: ${state.reason}`);
    }
  }

  get #connections(): readonly Connection[] {
    return this.ways.flatMap(({ connections }) => connections);
  }

  #networkOf(life: Mortal): Network {
    return {
      current: () => this.#network,
      onChange: (listener) => {
        const changed = () => life.meet(listener);
        this.#networkChanged.add(changed);
        return () => this.#networkChanged.delete(changed);
      },
    };
  }

  #dial(life: Mortal, way: Way): Dial {
    return ({ events, signal }) =>
      new Promise((resolve, reject) => {
        const accept = (opened: Connection) => {
          watchForResume(opened, () => this.#resuming(opened, way));
          return metBy(life, events(opened));
        };
        way.dial(accept, signal).then(
          (connection) => {
            if (life.dead) connection.abort();
            else life.meet(() => resolve(connection));
          },
          (error) => life.meet(() => reject(error)),
        );
      });
  }

  #resuming(connection: Connection, way: Way): void {
    const { trap } = this;
    const { clock, number, log } = this.#options;
    // A connection may be over when its client, which slept, does not know it yet.
    const isTrapped = trap?.spares === 0 && way.connections.includes(connection);
    log(`${this.name} resumes over ${way.transport}${isTrapped ? `, a trap: ${trap.kind}` : ''}`);
    if (trap !== undefined && trap.spares > 0) trap.spares -= 1;
    if (!isTrapped) return;
    this.trap = undefined;
    spring(trap.kind, connection, way, clock, number);
  }
}

/** The dead hear nothing, and who sleeps hears it later. */
function metBy(life: Mortal, handlers: ConnectionEvents): ConnectionEvents {
  return {
    frame: (frame) => {
      const kept = frame.slice();
      life.meet(() => handlers.frame(kept));
    },
    datagram: (frame) => {
      const kept = frame.slice();
      life.meet(() => handlers.datagram(kept));
    },
    drain: () => life.meet(() => handlers.drain()),
    pathChanged: (address) => life.meet(() => handlers.pathChanged(address)),
    closed: (reason, detail) => life.meet(() => handlers.closed(reason, detail)),
  };
}

function seenOf(event: ClientEvent): Seen | undefined {
  switch (event.kind) {
    case 'message': {
      const { room, sequence, clientMessageId, text } = event.message;
      return { room: room.number, sequence, clientMessageId, text };
    }
    case 'memberJoined':
    case 'memberLeft':
    case 'roomCreated':
      return {
        room: event.room.number,
        sequence: event.sequence,
        clientMessageId: undefined,
        text: undefined,
      };
    default:
      return undefined;
  }
}
