/** Accepts connections and maps their frames to calls of the domain. Knows no socket and no database. */
import type { RoomNumber, SessionId, StreamId, UserNumber } from '@sotto/model';
import { RECEIPTS_PUSH_MAX_MEMBERS, streamOwner } from '@sotto/model';
import {
  type Clock,
  encode,
  PROTOCOL_VERSIONS,
  type Random,
  type Request,
  type RequestName,
  SottoError,
} from '@sotto/protocol';
import { ErrorCode, type Registration } from '@sotto/schema';
import type { CloseReason, Connection, ConnectionEvents } from '@sotto/transport';
import type { UserRecord } from '../accounts/store.ts';
import type { EventLog } from '../events/log.ts';
import type { Log } from '../logging.ts';
import type { RoomDirectory } from '../rooms/directory.ts';
import type { Presence } from '../rooms/presence.ts';
import type { ReceiptRecord, UnreadRecord } from '../rooms/store.ts';
import { Turns } from '../turns.ts';
import type { Admission } from './admission.ts';
import type { AnswerPushes } from './answer-pushes.ts';
import { ClientConnection, type ConnectionHost } from './connection.ts';
import type { Connections } from './connections.ts';
import { isSecondFactorRequired } from './handlers/accounts.ts';
import type { Handler, Handlers } from './handlers/types.ts';
import type { People } from './people.ts';
import { needScope } from './scopes.ts';

/** How often deadlines are looked at. */
const SWEEP_MS = 1_000;
const NONCE_BYTES = 32;

/** Requests whose refusal after the last attempt ends the connection [LOGIN-1]. */
const ATTEMPTS: ReadonlySet<string> = new Set([
  'loginStart',
  'loginFinish',
  'loginSecondFactor',
  'loginToken',
  'resume',
]);

/** Carried out as they come, so that many share a commit; all others of a connection wait for each other [REQUEST-4]. */
const AT_ONCE: ReadonlySet<string> = new Set([
  'sendMessage',
  'sendDirect',
  'changeMessage',
  'acknowledge',
  'typing',
  'startUpload',
  'finishUpload',
  'startDownload',
  'fileData',
  'fileProgress',
  'endTransfer',
]);

/** One way to reach this server; Welcome and SessionGranted name them all. */
export interface ServedEndpoint {
  transport: string;
  port: number;
}

type GatewayLog = Pick<Log, 'debug' | 'error'>;

export interface GatewayOptions {
  agent: string;
  certificateSha256: Uint8Array;
  /** Where this server can be reached. */
  endpoints: () => ServedEndpoint[];
  registration: () => Registration;
  handlers: Handlers;
  connections: Connections;
  log: EventLog;
  directory: RoomDirectory;
  presence: Presence<ClientConnection>;
  answers: Pick<AnswerPushes, 'closed'>;
  people: People;
  clock: Clock;
  random: Random;
  logger: GatewayLog;
  /** Undefined where nothing is limited. */
  admission: Admission | undefined;
}

export class Gateway implements ConnectionHost {
  readonly #options: GatewayOptions;
  readonly #turns = new Turns<ClientConnection>();
  #cancelSweep: (() => void) | undefined;
  #stopping = false;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#scheduleSweep();
  }

  accept = (transport: Connection): ConnectionEvents => {
    const { agent, certificateSha256, registration, endpoints, random, connections } = this.#options;
    const connection = new ClientConnection(this, transport, {
      versions: PROTOCOL_VERSIONS,
      welcome: {
        agent,
        certificateSha256,
        nonce: random.bytes(NONCE_BYTES),
        registration: registration(),
        endpoints: endpoints(),
      },
      now: this.now(),
    });
    connections.opened(connection);
    const refusal = this.#options.admission?.opened(connection);
    if (this.#stopping) connection.end(new SottoError(ErrorCode.SHUTTING_DOWN));
    else if (refusal !== undefined) connection.end(refusal);
    return connection;
  };

  now(): number {
    return this.#options.clock.now();
  }

  carryOut(connection: ClientConnection, request: Request): void {
    if (AT_ONCE.has(request.name)) void this.#carryOut(connection, request);
    else void this.#turns.take(connection, () => this.#carryOutInTurn(connection, request));
  }

  /** Tells watchers, after one look at everyone who changed. */
  presenceChanged(changes: ReadonlyMap<ClientConnection, readonly UserNumber[]>): void {
    const users = new Set([...changes.values()].flat());
    this.#options.people.describe([...users]).then(
      (people) => {
        const byNumber = new Map(people.map((person) => [person.user.number, person]));
        for (const [watcher, changed] of changes) {
          const told = changed.map((user) => byNumber.get(user)).filter((person) => person !== undefined);
          watcher.push('presenceUpdate', { people: told });
        }
      },
      (error) => this.#defect(error, 'presence'),
    );
  }

  closed(connection: ClientConnection, reason: CloseReason, detail: string): void {
    const { connections, presence, answers, logger, admission } = this.#options;
    connections.closed(connection);
    answers.closed(connection);
    admission?.closed(connection);
    presence.unwatch(connection);
    const { claimed } = connection;
    if (claimed !== undefined) presence.disconnected(claimed.user.number);
    logger.debug({ transport: connection.transport.transport, reason, detail }, 'connection closed');
  }

  /** Tells those who follow the room, where it is small enough, how far others are. */
  pushReceipts(stream: StreamId, receipts: readonly ReceiptRecord[]): void {
    const { log, directory } = this.#options;
    const owner = streamOwner(stream);
    if (owner?.kind !== 'room') return;
    const sinks = [...log.sinks(stream)];
    const members = directory.cached(owner.room as RoomNumber)?.members.size ?? 0;
    if (Math.max(sinks.length, members) > RECEIPTS_PUSH_MAX_MEMBERS) return;
    const frame = encode(PROTOCOL_VERSIONS[0] ?? 1, 'receipts', 0, { stream, receipts: [...receipts] });
    for (const sink of sinks) if (sink.writable) sink.write(frame);
  }

  /** Tells every connection of each user. */
  pushUnread = (counts: ReadonlyMap<UserNumber, readonly UnreadRecord[]>): void => {
    for (const connection of this.#options.connections.all) {
      const { claimed } = connection;
      const rooms = claimed && counts.get(claimed.user.number);
      if (rooms !== undefined && connection.loggedIn) connection.push('unreadCounts', { rooms: [...rooms] });
    }
  };

  /** The sessions were ended, here or by another process. */
  endSessions = (sessions: readonly SessionId[]): void => {
    for (const session of sessions) {
      this.#options.connections.ofSession(session)?.end(new SottoError(ErrorCode.SESSION_REVOKED));
    }
  };

  /** The accounts are as given by now: connections of those that may no longer be here end, others go on with it [SUSPEND-3]. */
  refreshUsers = (users: readonly UserRecord[]): void => {
    const changed = new Map(users.map((user) => [user.number, user]));
    for (const connection of this.#options.connections.all) {
      const user = connection.claimed && changed.get(connection.claimed.user.number);
      if (user === undefined) continue;
      connection.refresh(user);
      if (user.deletedMs > 0 || user.suspendedMs > 0)
        connection.end(new SottoError(ErrorCode.SESSION_REVOKED));
    }
  };

  /** Tells every client that the server stops, and takes no more. */
  stop(): void {
    this.#stopping = true;
    this.#cancelSweep?.();
    for (const connection of this.#options.connections.all)
      connection.end(new SottoError(ErrorCode.SHUTTING_DOWN));
  }

  /** Whoever does not read answers gets no further ones, and who has gone none at all. */
  async #carryOutInTurn(connection: ClientConnection, request: Request): Promise<void> {
    if (connection.open && !connection.writable) await connection.drained();
    if (connection.open) await this.#carryOut(connection, request);
  }

  async #carryOut(connection: ClientConnection, request: Request): Promise<void> {
    let after: (() => void) | undefined;
    try {
      needScope(request.name, connection.claimed?.scopes);
      const earlier = this.#options.admission?.request(connection, request);
      if (earlier !== undefined) {
        connection.answer(request as { name: RequestName; requestId: number }, await earlier);
        return;
      }
      // The request's name decides its handler, message and reply alike; the compiler cannot follow that through a union.
      const handler = this.#options.handlers[request.name] as Handler<RequestName & Request['name']>;
      const fields = await handler(connection, request.message as never, (task) => {
        after = task;
      });
      if (fields !== undefined)
        connection.answer(request as { name: RequestName; requestId: number }, fields);
      after?.();
    } catch (error) {
      connection.refuse(request, error instanceof SottoError ? error : this.#defect(error, request.name));
      const failed = ATTEMPTS.has(request.name) && !isSecondFactorRequired(error);
      if (failed && connection.loginGate?.spent === true) {
        connection.end(new SottoError(ErrorCode.TOO_MANY_ATTEMPTS));
      }
    }
  }

  #defect(error: unknown, what: string): SottoError {
    this.#options.logger.error(
      { what, err: error instanceof Error ? error : new Error(String(error)) },
      'request failed',
    );
    return new SottoError(ErrorCode.INTERNAL);
  }

  #scheduleSweep(): void {
    this.#cancelSweep = this.#options.clock.after(SWEEP_MS, () => {
      const now = this.now();
      for (const connection of this.#options.connections.all) connection.sweep(now);
      if (!this.#stopping) this.#scheduleSweep();
    });
  }
}
