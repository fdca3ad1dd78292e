/** A client of the simulation: the real SDK on a store that outlives it, and what its user saw. */
import { createHash } from 'node:crypto';
import {
  type ClientStore,
  createClient,
  MemoryStore,
  type OutboxEntry,
  type Sent,
  type SottoClient,
} from '@sotto/client';
import type { Random } from '@sotto/protocol';
import type { VirtualClock } from '@sotto/protocol/testing';
import type { SeededSession } from '@sotto/server/testing';
import type { Connection, Dial } from '@sotto/transport';
import type { MemoryNetwork } from '@sotto/transport/memory';
import { Mortal } from './mortal.ts';
import { SERVER } from './server.ts';

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
  random: Random;
  network: MemoryNetwork;
  session: SeededSession;
}

export class SimulatedClient {
  readonly name: string;
  readonly number: number;
  /** What each run of the program saw, in order. */
  readonly runs: Seen[][] = [];
  /** Messages that the server acknowledged to this client. */
  readonly acknowledged: (Sent & { clientMessageId: string; text: string })[] = [];
  readonly failures: string[] = [];
  /** Ids of messages that reached this client's disk in any run: none of them may be lost. */
  readonly persisted = new Set<string>();
  readonly #options: SimulatedClientOptions;
  readonly #disk = new MemoryStore();
  #life: Mortal | undefined;
  #client: SottoClient | undefined;
  #connection: Connection | undefined;

  constructor(options: SimulatedClientOptions) {
    this.#options = options;
    this.name = options.name;
    this.number = options.session.user.number;
  }

  get running(): boolean {
    return this.#client !== undefined;
  }

  get connection(): Connection | undefined {
    return this.#connection;
  }

  get sdk(): SottoClient {
    if (this.#client === undefined) throw new Error(`${this.name} is not running`);
    return this.#client;
  }

  /** Everything is acknowledged. */
  get idle(): boolean {
    return this.sdk.status.kind === 'online' && this.sdk.outboxSize === 0;
  }

  async install(): Promise<void> {
    const { user, sessionId, token, deviceKey } = this.#options.session;
    await this.#disk.saveDeviceKey(deviceKey);
    await this.#disk.saveSession({
      id: sessionId,
      token,
      generation: 1,
      userName: user.name,
      userNumber: user.number,
      userUuid: user.uuid,
      owner: user.owner,
    });
  }

  /** Messages on the client's disk that it still has to send. */
  async unsent(): Promise<readonly string[]> {
    const { outbox } = await this.#disk.load();
    return outbox.map(({ clientMessageId }) => clientMessageId);
  }

  async start(): Promise<void> {
    const { clock, random } = this.#options;
    const life = new Mortal(clock);
    this.#life = life;
    const client = await createClient({
      routes: [{ transport: 'memory', host: SERVER, port: 0, dial: this.#dial(life) }],
      verify: () => {},
      store: mortalDisk(this.#disk, life, this.persisted),
      agent: 'simulation',
      deviceName: this.name,
      environment: {
        clock: life,
        random,
        sha256: (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()),
      },
    });
    this.#client = client;
    void this.#watch(client, life);
    client.resume().catch((error) => this.#failed(life, `resume: ${error}`));
  }

  /** As `kill -9`. */
  crash(): void {
    this.#life?.kill();
    this.#client = undefined;
    if (this.#connection !== undefined) this.#options.network.cut(this.#connection);
    this.#connection = undefined;
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
      switch (event.kind) {
        case 'message': {
          const { room, sequence, clientMessageId, text } = event.message;
          seen.push({ room: room.number, sequence, clientMessageId, text });
          break;
        }
        case 'memberJoined':
        case 'memberLeft':
        case 'roomCreated':
          seen.push({
            room: event.room.number,
            sequence: event.sequence,
            clientMessageId: undefined,
            text: undefined,
          });
          break;
        default:
          break;
      }
    }
  }

  #dial(life: Mortal): Dial {
    return async ({ events, signal }) => {
      const connection = await this.#options.network.dial({
        name: SERVER,
        ...(signal === undefined ? {} : { signal }),
        events: (opened) => {
          const handlers = events(opened);
          return {
            frame: (frame) => life.dead || handlers.frame(frame),
            datagram: (frame) => life.dead || handlers.datagram(frame),
            drain: () => life.dead || handlers.drain(),
            pathChanged: (address) => handlers.pathChanged(address),
            closed: (reason, detail) => life.dead || handlers.closed(reason, detail),
          };
        },
      });
      if (life.dead) this.#options.network.cut(connection);
      else this.#connection = connection;
      return connection;
    };
  }
}

/** The dead write nothing. */
function mortalDisk(disk: ClientStore, life: Mortal, persisted: Set<string>): ClientStore {
  return new Proxy(disk, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) => {
        if (life.dead) return new Promise(() => {});
        if (name === 'putOutbox') persisted.add((args[0] as OutboxEntry).clientMessageId);
        return Reflect.apply(method, target, args);
      };
    },
  });
}
