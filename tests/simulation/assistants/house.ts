/** The server of this simulation: cores on one database, one life after the other. */
import type { Clock, Random } from '@sotto/protocol';
import { type AssistantSettings, type Core, createCore, type Log, type Store } from '@sotto/server/testing';
import type { Accept, Connection, Listener } from '@sotto/transport';
import type { MemoryNetwork } from '@sotto/transport/memory';
import { Mortal } from '../mortal.ts';
import { SERVER } from '../ways.ts';
import type { ChanceProvider } from './provider.ts';

export interface HouseOptions {
  clock: Clock;
  random: Random;
  store: Store;
  network: MemoryNetwork;
  provider: ChanceProvider;
  settings: AssistantSettings;
  secret: string;
  /** Told of errors the server logs: there must be none. */
  onError: (message: string) => void;
}

export class House {
  readonly #options: HouseOptions;
  /** How often it was started. */
  lives = 0;
  #life: Mortal | undefined;
  #core: Core | undefined;
  #listener: Listener | undefined;
  readonly #connections = new Set<Connection>();

  constructor(options: HouseOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { clock, random, store, network, provider, settings, secret } = this.#options;
    const life = new Mortal(clock);
    this.#life = life;
    this.lives++;
    const core = await createCore({
      store,
      clock: life,
      random,
      logger: this.#log(life),
      agent: 'sotto/simulation',
      certificateSha256: new Uint8Array(32),
      accounts: { secret, registration: 'closed' },
      assistants: { settings, open: provider.open(this.lives, life) },
      endpoints: () => [],
    });
    this.#core = core;
    const accept: Accept = (connection) => {
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
    };
    this.#listener = network.listen(SERVER, accept);
  }

  /** As `kill -9`. */
  async crash(): Promise<void> {
    this.#life?.kill();
    await this.#close();
  }

  /** As `SIGTERM`. */
  async stop(): Promise<void> {
    await this.#core?.stop();
    this.#life?.kill();
    await this.#close();
  }

  async #close(): Promise<void> {
    await this.#listener?.close();
    for (const connection of this.#connections) connection.abort();
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
