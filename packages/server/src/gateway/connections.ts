/** Every open connection, and by session, of which each has at most one. */
import type { SessionId, StreamId, UserNumber } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { EventLog } from '../events/log.ts';
import type { ClientConnection } from './connection.ts';

export class Connections {
  readonly #log: EventLog;
  readonly #all = new Set<ClientConnection>();
  readonly #bySession = new Map<SessionId, ClientConnection>();

  constructor(log: EventLog) {
    this.#log = log;
  }

  get all(): ReadonlySet<ClientConnection> {
    return this.#all;
  }

  ofSession(session: SessionId): ClientConnection | undefined {
    return this.#bySession.get(session);
  }

  opened(connection: ClientConnection): void {
    this.#all.add(connection);
  }

  /** The connection has claimed its session. The one that had it until now ends [SESSION-9]. */
  takeOver(connection: ClientConnection): void {
    const { session } = connection.principal;
    const earlier = this.#bySession.get(session);
    this.#bySession.set(session, connection);
    earlier?.end(new SottoError(ErrorCode.SESSION_TAKEN_OVER));
  }

  /** The connection no longer stands for its session. */
  release(connection: ClientConnection): void {
    const { session } = connection.principal;
    if (this.#bySession.get(session) === connection) this.#bySession.delete(session);
  }

  closed(connection: ClientConnection): void {
    this.#all.delete(connection);
    for (const stream of connection.followers.keys()) this.#unfollow(connection, stream);
    if (connection.claimed !== undefined) this.release(connection);
  }

  /** Every device of the user stops getting the stream. Rare enough to look at every connection. */
  unfollow(user: UserNumber, stream: StreamId): void {
    for (const connection of this.#all) {
      if (connection.claimed?.user.number === user) this.#unfollow(connection, stream);
    }
  }

  #unfollow(connection: ClientConnection, stream: StreamId): void {
    const follower = connection.removeFollower(stream);
    if (follower !== undefined) this.#log.unfollow(follower);
  }
}
