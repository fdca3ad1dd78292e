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
  type TransportName,
} from '../contract.ts';
import type { ByteChannel } from '../stream/channel.ts';
import { StreamConnection } from '../stream/connection.ts';
import { createStreamLoop } from '../stream/loop.ts';
import { type Direction, MemoryPath } from './path.ts';
import { Pipe } from './pipe.ts';

export { type Direction, MemoryPath };

export interface MemoryNetworkOptions {
  clock: Clock;
  /** What connections and listeners say they are; 'memory' by default. */
  transport?: TransportName;
  /** One-way delay in ms of the next `bytes` (0 for opening and closing); asked once a write. 0 by default. */
  delayMs?: (direction: Direction, bytes: number) => number;
  /** Bytes under way in one direction, above which writers wait. */
  capacityBytes?: number;
  /** Whether a connection that is reset overtakes what it sent before, or all of that arrives; asked each time. It does by default. */
  resetOvertakes?: () => boolean;
}

export interface MemoryDialOptions {
  name: string;
  events: Accept;
  signal?: AbortSignal;
  /** Shared with other connections; one of its own by default. */
  path?: MemoryPath;
}

/** Connections below are either end, the client's or the server's. */
export interface MemoryNetwork {
  /** Throws ListenError when `name` is taken. */
  listen(name: string, accept: Accept): Listener;
  dial(options: MemoryDialOptions): Promise<Connection>;
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
  const { clock, transport = 'memory', delayMs = () => 0, capacityBytes = DEFAULT_CAPACITY_BYTES } = options;
  const { resetOvertakes = () => true } = options;
  const loop = createStreamLoop(clock, (task) => clock.after(0, task));
  const listeners = new Map<string, Accept>();
  const ends = new WeakMap<Connection, End>();
  let connections = 0;

  const endOf = (connection: Connection): End => {
    const end = ends.get(connection);
    if (end === undefined) throw new Error('not a connection of this network');
    return end;
  };

  const createPipe = (direction: Direction, path: MemoryPath) =>
    new Pipe({
      clock,
      delayMs: (bytes) => delayMs(direction, bytes),
      capacityBytes,
      resetOvertakes,
      gate: path.gates[direction],
    });

  const createPair = (path: MemoryPath): { client: End; server: End } => {
    const binding = bindingOf(++connections);
    const toServer = createPipe('toServer', path);
    const toClient = createPipe('toClient', path);
    toServer.back = toClient;
    toClient.back = toServer;
    const createEnd = (incoming: Pipe, outgoing: Pipe): End => {
      const connection = new StreamConnection(transport, new MemoryChannel(binding, outgoing), loop);
      incoming.reader = connection;
      outgoing.writer = connection;
      return { connection, incoming, outgoing };
    };
    const client = createEnd(toClient, toServer);
    const server = createEnd(toServer, toClient);
    ends.set(client.connection, client);
    ends.set(server.connection, server);
    return { client, server };
  };

  return {
    listen(name, accept) {
      if (listeners.has(name)) {
        throw new ListenError(transport, 0, 'portInUse', `the name ${name} is in use`);
      }
      listeners.set(name, accept);
      return {
        transport,
        address: name,
        port: 0,
        close: async () => {
          if (listeners.get(name) === accept) listeners.delete(name);
        },
      };
    },

    dial({ name, events, signal, path = new MemoryPath() }) {
      const { client, server } = createPair(path);
      const { promise, resolve, reject } = Promise.withResolvers<Connection>();
      let over = false;
      const giveUp = (error: DialError) => {
        stop();
        client.connection.abort();
        reject(error);
      };
      const calledOff = () =>
        giveUp(new DialError('local', `connecting to ${name} was called off`, { cause: signal?.reason }));
      // What is cut or vanishes on the way is answered by nobody.
      const stopWaiting = clock.after(HANDSHAKE_TIMEOUT_MS, () =>
        giveUp(new DialError('timeout', `${name} did not answer`)),
      );
      const stop = () => {
        over = true;
        stopWaiting();
        signal?.removeEventListener('abort', calledOff);
      };
      signal?.addEventListener('abort', calledOff, { once: true });
      if (signal?.aborted) calledOff();
      client.outgoing.call(() => {
        const accept = listeners.get(name);
        if (accept === undefined) {
          client.incoming.call(() => giveUp(new DialError('refused', `nobody listens on ${name}`)));
          return;
        }
        client.incoming.call(() => {
          if (over) return;
          stop();
          client.connection.start(events);
          resolve(client.connection);
        });
        server.connection.start(accept);
      });
      return promise;
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
