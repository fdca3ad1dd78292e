/** Connections of each source prefix that have not logged in [LIMIT-4]: each costs a handshake's memory until it has. */
export interface Pending {
  /** Nobody is speaking over it yet. */
  readonly loginGate: object | undefined;
}

export class Unauthenticated<Connection extends Pending> {
  readonly #most: number;
  readonly #bySource = new Map<string, Set<Connection>>();
  readonly #sources = new Map<Connection, string>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether there is room for it; it is counted then. */
  opened(connection: Connection, source: string): boolean {
    const pending = this.#bySource.get(source) ?? new Set();
    if (pending.size >= this.#most) this.#forgetLoggedIn(pending);
    if (pending.size >= this.#most) return false;
    pending.add(connection);
    this.#bySource.set(source, pending);
    this.#sources.set(connection, source);
    return true;
  }

  closed(connection: Connection): void {
    const source = this.#sources.get(connection);
    if (source === undefined) return;
    this.#sources.delete(connection);
    const pending = this.#bySource.get(source);
    pending?.delete(connection);
    if (pending?.size === 0) this.#bySource.delete(source);
  }

  /** Looked at when it matters, so that logging in costs nothing here. */
  #forgetLoggedIn(pending: Set<Connection>): void {
    for (const connection of pending) {
      if (connection.loginGate !== undefined) continue;
      pending.delete(connection);
      this.#sources.delete(connection);
    }
  }
}
