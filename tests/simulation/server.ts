/** The server of the simulation: a core on a database that outlives it. */
import type { Clock, Random } from '@sotto/protocol';
import type { RandomNumber } from '@sotto/protocol/testing';
import { type BlobStore, createCore, type Log, type Store } from '@sotto/server/testing';
import type { Accept, Connection, Listener } from '@sotto/transport';
import { Mortal, mortalStore } from './mortal.ts';
import { mortalBlobs } from './mortal-blobs.ts';
import type { Takeovers } from './takeovers.ts';
import { SERVER, type Transport, type Wire } from './ways.ts';

const NO_LIMITS = { fileMax: undefined, accountMax: undefined, totalMax: undefined };

export interface SimulatedServerOptions {
  clock: Clock;
  random: Random;
  number: RandomNumber;
  store: Store;
  wires: readonly Wire[];
  /** Where bytes of files are; none are taken where it is not given. */
  files?: BlobStore;
  /** Asked at each start. */
  choose: () => readonly Transport[];
  takeovers: Takeovers;
  secret: string;
  /** Told of errors the server logs: there must be none. */
  onError: (message: string) => void;
}

export class SimulatedServer {
  readonly #options: SimulatedServerOptions;
  #life: Mortal | undefined;
  #listeners: Listener[] = [];
  #transports: readonly Transport[] = [];
  #connections = new Set<Connection>();

  constructor(options: SimulatedServerOptions) {
    this.#options = options;
  }

  get running(): boolean {
    return this.#listeners.length > 0;
  }

  /** What it listens on, or did the last time; best first. */
  get transports(): readonly Transport[] {
    return this.#transports;
  }

  async start(): Promise<void> {
    const { clock, random, number, wires, choose, secret, takeovers, files } = this.#options;
    const life = new Mortal(clock);
    this.#life = life;
    this.#transports = choose();
    const served = wires.filter(({ transport }) => this.#transports.includes(transport));
    const core = await createCore({
      store: mortalStore(this.#options.store, life, clock, number),
      clock: life,
      random,
      logger: this.#log(life),
      agent: 'sotto/simulation',
      certificateSha256: new Uint8Array(32),
      accounts: { secret, registration: 'closed' },
      ...(files && { files: { blobs: mortalBlobs(files, life, clock, number), limits: NO_LIMITS } }),
      endpoints: () => served.map(({ transport }, index) => ({ transport, port: index + 1 })),
    });
    if (life.dead) return;
    const accept: Accept = (connection) => {
      this.#connections.add(connection);
      takeovers.watch(connection);
      const events = core.accept(connection);
      return {
        frame: (frame) => events.frame(frame),
        datagram: (frame) => events.datagram(frame),
        malformed: (error) => events.malformed?.(error),
        drain: () => events.drain(),
        pathChanged: (address) => events.pathChanged(address),
        closed: (reason, detail) => {
          this.#connections.delete(connection);
          takeovers.closed(connection);
          if (!life.dead) events.closed(reason, detail);
        },
      };
    };
    this.#listeners = served.map(({ network }) => network.listen(SERVER, accept));
  }

  /** As `kill -9`: the kernel resets every connection. */
  async crash(): Promise<void> {
    this.#life?.kill();
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) await listener.close();
    for (const connection of this.#connections) {
      this.#options.takeovers.closed(connection);
      connection.abort();
    }
    this.#connections.clear();
  }

  #log(life: Mortal): Log {
    const log: Log = {
      debug: () => {},
      info: () => {},
      warn: () => {},
      error: (fields, message) => {
        if (!life.dead)
          this.#options.onError(`${message}: ${fields.err instanceof Error ? fields.err.stack : ''}`);
      },
      child: () => log,
    };
    return log;
  }
}
