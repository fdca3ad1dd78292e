/** A network inside one process, driven by the caller's clock alone: no timers and no randomness of its own. */
import { type Binding, type Clock, exporterBinding, NO_BINDING } from '@sotto/protocol';
import {
  type Accept,
  type Connection,
  DialError,
  HANDSHAKE_TIMEOUT_MS,
  ListenError,
  type Listener,
  type Security,
} from '../contract.ts';
import type { ByteChannel } from '../stream/channel.ts';
import { StreamConnection } from '../stream/connection.ts';
import { createStreamLoop, type StreamLoop } from '../stream/loop.ts';
import { Pipe } from './pipe.ts';

export type Direction = 'toServer' | 'toClient';

export interface MemoryNetworkOptions {
  clock: Clock;
  /** One-way delay in ms of the next `bytes` (0 for opening and closing); asked once a write. 0 by default. */
  delayMs?: (direction: Direction, bytes: number) => number;
  /** Bytes under way in one direction, above which writers wait. */
  capacityBytes?: number;
}

/** Connections below are either end, the client's or the server's. */
export interface MemoryNetwork {
  /** Throws ListenError when `name` is taken. */
  listen(name: string, accept: Accept): Listener;
  dial(options: { name: string; events: Accept; signal?: AbortSignal }): Promise<Connection>;
  /** Both ends learn at once that the path is lost. */
  cut(connection: Connection): void;
  /** Nothing passes any more and neither end is told: half open. */
  vanish(connection: Connection): void;
  /** This end stops reading, or goes on. */
  pauseReading(connection: Connection, paused: boolean): void;
}

const DEFAULT_CAPACITY_BYTES = 256 * 1024;

interface End {
  connection: StreamConnection;
  incoming: Pipe;
  outgoing: Pipe;
}

export function createMemoryNetwork(options: MemoryNetworkOptions): MemoryNetwork {
  const { clock, delayMs = () => 0, capacityBytes = DEFAULT_CAPACITY_BYTES } = options;
  const loop = createStreamLoop(clock, (task) => clock.after(0, task));
  const listeners = new Map<string, Accept>();
  const ends = new WeakMap<Connection, End>();
  let connections = 0;

  const endOf = (connection: Connection): End => {
    const end = ends.get(connection);
    if (end === undefined) throw new Error('not a connection of this network');
    return end;
  };

  const createPair = (): { client: End; server: End } => {
    const binding = bindingOf(++connections);
    const toServer = new Pipe(clock, (bytes) => delayMs('toServer', bytes), capacityBytes);
    const toClient = new Pipe(clock, (bytes) => delayMs('toClient', bytes), capacityBytes);
    toServer.back = toClient;
    toClient.back = toServer;
    const client = createEnd(loop, binding, toClient, toServer);
    const server = createEnd(loop, binding, toServer, toClient);
    ends.set(client.connection, client);
    ends.set(server.connection, server);
    return { client, server };
  };

  return {
    listen(name, accept) {
      if (listeners.has(name)) {
        throw new ListenError('memory', 0, 'portInUse', `the name ${name} is in use`);
      }
      listeners.set(name, accept);
      return {
        transport: 'memory',
        address: name,
        port: 0,
        close: async () => {
          if (listeners.get(name) === accept) listeners.delete(name);
        },
      };
    },

    dial({ name, events, signal }) {
      const { client, server } = createPair();
      return new Promise((resolve, reject) => {
        // What is cut or vanishes on the way is answered by nobody.
        const stopWaiting = clock.after(HANDSHAKE_TIMEOUT_MS, () => {
          client.connection.abort();
          reject(new DialError('timeout', `${name} did not answer`));
        });
        const answer = () => {
          stopWaiting();
          if (signal?.aborted) {
            client.connection.abort();
            reject(new DialError('local', `connecting to ${name} was called off`, { cause: signal.reason }));
            return;
          }
          client.connection.start(events);
          resolve(client.connection);
        };
        client.outgoing.call(() => {
          const accept = listeners.get(name);
          if (accept === undefined) {
            client.incoming.call(() => {
              stopWaiting();
              reject(new DialError('refused', `nobody listens on ${name}`));
            });
            return;
          }
          client.incoming.call(answer);
          server.connection.start(accept);
        });
      });
    },

    cut(connection) {
      const { incoming, outgoing } = endOf(connection);
      for (const pipe of [incoming, outgoing]) {
        pipe.drop();
        pipe.reader?.ended('lost', 'cut');
      }
    },

    vanish(connection) {
      const { incoming, outgoing } = endOf(connection);
      incoming.stall();
      outgoing.stall();
    },

    pauseReading(connection, paused) {
      endOf(connection).incoming.pause(paused);
    },
  };
}

function createEnd(loop: StreamLoop, binding: Binding, incoming: Pipe, outgoing: Pipe): End {
  const connection = new StreamConnection('memory', new MemoryChannel(binding, outgoing), loop);
  incoming.reader = connection;
  outgoing.writer = connection;
  return { connection, incoming, outgoing };
}

class MemoryChannel implements ByteChannel {
  readonly remoteAddress = 'memory';
  readonly binding: Binding;
  readonly security: Security = { protocol: '', cipher: '', group: '', certificateSha256: NO_BINDING.value };
  readonly unwrittenBytes = 0;
  readonly #outgoing: Pipe;

  constructor(binding: Binding, outgoing: Pipe) {
    this.binding = binding;
    this.#outgoing = outgoing;
  }

  write(bytes: Uint8Array): number {
    return this.#outgoing.write(bytes);
  }

  end(): void {
    this.#outgoing.end();
  }

  destroy(): void {
    this.#outgoing.reset();
  }
}

/** As an exporter would give it: 32 bytes that are the same at both ends and differ between connections. */
function bindingOf(connection: number): Binding {
  const value = new Uint8Array(32);
  new DataView(value.buffer).setUint32(0, connection);
  return exporterBinding(value);
}
