/** Every open connection, and by session, of which each has at most one. */
import type { SessionId, StreamId, UserNumber } from '@sotto/model';
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

  /** Call once the connection knows its principal. Returns the connection that held the session until now. */
  loggedIn(connection: ClientConnection): ClientConnection | undefined {
    const { session } = connection.principal;
    const earlier = this.#bySession.get(session);
    this.#bySession.set(session, connection);
    return earlier;
  }

  /** The connection no longer stands for its session. */
  release(connection: ClientConnection): void {
    const { session } = connection.principal;
    if (this.#bySession.get(session) === connection) this.#bySession.delete(session);
  }

  closed(connection: ClientConnection): void {
    this.#all.delete(connection);
    for (const follower of connection.followers.values()) this.#log.unfollow(follower);
    if (connection.loggedIn) this.release(connection);
  }

  /** Every device of the user stops getting the stream. Rare enough to look at every connection. */
  unfollow(user: UserNumber, stream: StreamId): void {
    for (const connection of this.#all) {
      if (!connection.loggedIn || connection.principal.user.number !== user) continue;
      const follower = connection.removeFollower(stream);
      if (follower !== undefined) this.#log.unfollow(follower);
    }
  }
}
