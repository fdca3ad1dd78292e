/** The server of the simulation: a core on a database that outlives it. */
import type { Clock, Random } from '@sotto/protocol';
import type { RandomNumber } from '@sotto/protocol/testing';
import { createCore, type Log, type Store } from '@sotto/server/testing';
import type { Connection, Listener } from '@sotto/transport';
import type { MemoryNetwork } from '@sotto/transport/memory';
import { Mortal, mortalStore } from './mortal.ts';

export interface SimulatedServerOptions {
  clock: Clock;
  random: Random;
  number: RandomNumber;
  store: Store;
  network: MemoryNetwork;
  secret: string;
  /** Told of errors the server logs: there must be none. */
  onError: (message: string) => void;
}

export const SERVER = 'server';

export class SimulatedServer {
  readonly #options: SimulatedServerOptions;
  #life: Mortal | undefined;
  #listener: Listener | undefined;
  #connections = new Set<Connection>();

  constructor(options: SimulatedServerOptions) {
    this.#options = options;
  }

  get running(): boolean {
    return this.#listener !== undefined;
  }

  get connections(): readonly Connection[] {
    return [...this.#connections];
  }

  async start(): Promise<void> {
    const { clock, random, number, network, secret } = this.#options;
    const life = new Mortal(clock);
    this.#life = life;
    const core = await createCore({
      store: mortalStore(this.#options.store, life, clock, number),
      clock: life,
      random,
      logger: this.#log(life),
      agent: 'sotto/simulation',
      certificateSha256: new Uint8Array(32),
      accounts: { secret, registration: 'closed' },
      endpoints: () => [],
    });
    if (life.dead) return;
    this.#listener = network.listen(SERVER, (connection) => {
      this.#connections.add(connection);
      const events = core.accept(connection);
      return {
        frame: (frame) => events.frame(frame),
        datagram: (frame) => events.datagram(frame),
        malformed: (error) => events.malformed?.(error),
        drain: () => events.drain(),
        pathChanged: (address) => events.pathChanged(address),
        closed: (reason, detail) => {
          this.#connections.delete(connection);
          if (!life.dead) events.closed(reason, detail);
        },
      };
    });
  }

  /** As `kill -9`: the kernel resets every connection. */
  async crash(): Promise<void> {
    this.#life?.kill();
    await this.#listener?.close();
    this.#listener = undefined;
    for (const connection of this.#connections) this.#options.network.cut(connection);
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
