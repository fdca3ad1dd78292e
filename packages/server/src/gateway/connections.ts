/** Every open connection, and by session, of which each has at most one. */
import type { SessionId, UserNumber } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { EventLog } from '../events/log.ts';
import type { ClientConnection } from './connection.ts';

export class Connections {
  readonly #log: EventLog;
  readonly #all = new Set<ClientConnection>();
  readonly #bySession = new Map<SessionId, ClientConnection>();
  readonly #byUser = new Map<UserNumber, Set<ClientConnection>>();

  constructor(log: EventLog) {
    this.#log = log;
  }

  get all(): ReadonlySet<ClientConnection> {
    return this.#all;
  }

  ofSession(session: SessionId): ClientConnection | undefined {
    return this.#bySession.get(session);
  }

  ofUser(user: UserNumber): Iterable<ClientConnection> {
    return this.#byUser.get(user) ?? [];
  }

  opened(connection: ClientConnection): void {
    this.#all.add(connection);
  }

  /** The connection has claimed its session. The one that had it until now ends [SESSION-9]. */
  takeOver(connection: ClientConnection): void {
    const { session } = connection.principal;
    const earlier = this.#bySession.get(session);
    this.#bySession.set(session, connection);
    const { user } = connection;
    this.#byUser.set(user, (this.#byUser.get(user) ?? new Set<ClientConnection>()).add(connection));
    earlier?.end(new SottoError(ErrorCode.SESSION_TAKEN_OVER));
  }

  /** The connection no longer stands for its session. */
  release(connection: ClientConnection): void {
    const { session } = connection.principal;
    if (this.#bySession.get(session) === connection) this.#bySession.delete(session);
  }

  closed(connection: ClientConnection): void {
    this.#all.delete(connection);
    for (const [stream, follower] of connection.followers) {
      connection.removeFollower(stream);
      this.#log.unfollow(follower);
    }
    if (connection.claimed === undefined) return;
    this.release(connection);
    const { user } = connection;
    const others = this.#byUser.get(user);
    others?.delete(connection);
    if (others?.size === 0) this.#byUser.delete(user);
  }
}
