/** How this node is, in numbers, for administrators (O7) [ADMIN-6]. */
import type { FrameFields } from '@sotto/protocol';
import type { LogFigures } from '../events/log.ts';
import type { HostFacts } from '../host.ts';
import type { ClientConnection } from './connection.ts';
import type { ServedEndpoint } from './gateway.ts';

export interface HealthOptions {
  agent: string;
  now: () => number;
  endpoints: () => readonly ServedEndpoint[];
  connections: { readonly all: Iterable<ClientConnection> };
  presence: { readonly onlineCount: number };
  log: { readonly figures: LogFigures };
  accountCount: () => Promise<number>;
  /** What files take, and what there is still room for. */
  files: () => Promise<{ fileBytes: number; freeBytes: number }>;
  answers: () => { writing: number; waiting: number };
  refusedTimes: () => number;
  host: () => Promise<HostFacts>;
}

export class Health {
  readonly #options: HealthOptions;
  readonly #startedMs: number;

  constructor(options: HealthOptions) {
    this.#options = options;
    this.#startedMs = options.now();
  }

  async read(): Promise<FrameFields<'health'>> {
    const { agent, now, connections, presence, log, accountCount, answers, refusedTimes } = this.#options;
    const [accounts, { databaseBytes, ...host }, files] = await Promise.all([
      accountCount(),
      this.#options.host(),
      this.#options.files(),
    ]);
    const { writing, waiting } = answers();
    return {
      agent,
      ...host,
      startedMs: this.#startedMs,
      nowMs: now(),
      transports: this.#transports(),
      usersOnline: presence.onlineCount,
      accounts,
      // But the one that asks for this.
      requests: Math.max(0, sumOf(connections.all, ({ session }) => session.outstanding) - 1),
      log: log.figures,
      storage: { ...files, databaseBytes },
      answersWriting: writing,
      answersWaiting: waiting,
      refused: refusedTimes(),
    };
  }

  #transports(): NonNullable<FrameFields<'health'>['transports']> {
    const all = [...this.#options.connections.all];
    return this.#options.endpoints().map(({ transport, port }) => {
      const its = all.filter((connection) => connection.transport.transport === transport);
      return {
        transport,
        port,
        connections: its.length,
        sessions: its.filter(({ loggedIn }) => loggedIn).length,
        bufferedBytes: sumOf(its, (connection) => connection.transport.bufferedBytes),
      };
    });
  }
}

const sumOf = <Item>(items: Iterable<Item>, count: (item: Item) => number): number =>
  [...items].reduce((sum, item) => sum + count(item), 0);
