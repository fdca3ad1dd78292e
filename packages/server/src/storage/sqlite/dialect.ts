/** Kysely on a `SqlitePort`: queries are compiled here and run in the engine. */
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { StorageError } from '../errors.ts';
import type { ConnectionGate } from './gate.ts';
import type { SqlitePort, SqlValue } from './port.ts';

export const sqliteDialect = (port: SqlitePort, gate: ConnectionGate): Dialect => ({
  createDriver: () => new PortDriver(port, gate),
  createQueryCompiler: () => new SqliteQueryCompiler(),
  createAdapter: () => new SqliteAdapter(),
  createIntrospector: (db) => new SqliteIntrospector(db),
});

class PortConnection implements DatabaseConnection {
  readonly #port: SqlitePort;
  readonly #gate: ConnectionGate;
  /** Set while this connection is in a transaction. */
  #release: (() => void) | undefined;

  constructor(port: SqlitePort, gate: ConnectionGate) {
    this.#port = port;
    this.#gate = gate;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    // The compiler passes through what the repositories gave, whose types are those of the columns.
    const send = () => this.#port.execute(query.sql, query.parameters as readonly SqlValue[]);
    const { rows, changes } = await (this.#release === undefined ? this.#gate.pass(send) : send());
    return { rows: rows as Row[], numAffectedRows: BigInt(changes) };
  }

  // biome-ignore lint/correctness/useYield: part of Kysely's interface; nothing here streams
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new StorageError('internal', 'SQLite queries are not streamed; read by page');
  }

  async begin(): Promise<void> {
    // Immediate: a transaction that reads first would otherwise fail when another process wrote meanwhile.
    this.#release = await this.#gate.hold(async () => {
      await this.#port.execute('begin immediate', []);
    });
  }

  async end(command: 'commit' | 'rollback'): Promise<void> {
    await this.executeQuery(CompiledQuery.raw(command));
    this.leave();
  }

  leave(): void {
    this.#release?.();
    this.#release = undefined;
  }
}

class PortDriver implements Driver {
  readonly #port: SqlitePort;
  readonly #gate: ConnectionGate;

  constructor(port: SqlitePort, gate: ConnectionGate) {
    this.#port = port;
    this.#gate = gate;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<PortConnection> {
    return new PortConnection(this.#port, this.#gate);
  }

  async beginTransaction(connection: PortConnection): Promise<void> {
    await connection.begin();
  }

  async commitTransaction(connection: PortConnection): Promise<void> {
    await connection.end('commit');
  }

  async rollbackTransaction(connection: PortConnection): Promise<void> {
    await connection.end('rollback');
  }

  /** Also after a commit or rollback that failed. */
  async releaseConnection(connection: PortConnection): Promise<void> {
    connection.leave();
  }

  /** The store closes the port. */
  async destroy(): Promise<void> {}
}
