import { Kysely } from 'kysely';
import type { EventStore } from '../../events/store.ts';
import type { SqlDatabase } from '../database.ts';
import { migrateToLatest, requireLatest } from '../migrations/migrate.ts';
import { accountStore } from '../repositories/accounts.ts';
import { eventReader } from '../repositories/events.ts';
import { roomStore } from '../repositories/rooms.ts';
import type { Store } from '../store.ts';
import type { Tables } from '../tables.ts';
import { UnderWay } from '../under-way.ts';
import { SQLITE_CAPABILITIES } from './capabilities.ts';
import { sqliteDialect } from './dialect.ts';
import { ConnectionGate } from './gate.ts';
import { LocalPort } from './local-port.ts';
import type { SqlitePort } from './port.ts';
import { WorkerPort } from './worker-port.ts';

export interface SqliteOptions {
  path: string;
  inThread: boolean;
  shared: boolean;
  uuid: () => string;
}

interface Connection extends SqlDatabase {
  port: SqlitePort;
  gate: ConnectionGate;
}

export async function openSqlite(options: SqliteOptions): Promise<Store> {
  const connection = await connect(options);
  try {
    if (options.shared) await requireLatest(connection);
    else await migrateToLatest(connection, options.uuid);
    return storeOn(connection);
  } catch (error) {
    await connection.port.close();
    throw error;
  }
}

/** Applies what is missing and closes the database again; returns the names of the migrations it applied. */
export async function migrateSqlite(options: SqliteOptions): Promise<readonly string[]> {
  const connection = await connect(options);
  try {
    return await migrateToLatest(connection, options.uuid);
  } finally {
    await connection.port.close();
  }
}

async function connect({ path, inThread, shared }: SqliteOptions): Promise<Connection> {
  const engine = { path, shared };
  const port = inThread ? new LocalPort(engine) : await WorkerPort.open(engine);
  const gate = new ConnectionGate();
  const db = new Kysely<Tables>({ dialect: sqliteDialect(port, gate) });
  return { db, capabilities: SQLITE_CAPABILITIES, port, gate };
}

function storeOn(connection: Connection): Store {
  const { port, gate } = connection;
  const underWay = new UnderWay();
  // One at a time: others' reads must not keep it out.
  const { append } = underWay.counted({
    append: ((batch) => gate.pass(() => port.append(batch))) satisfies EventStore['append'],
  });
  return {
    events: { ...underWay.bounded(eventReader(connection)), append },
    rooms: underWay.bounded(roomStore(connection)),
    accounts: underWay.bounded(accountStore(connection)),
    failed: port.failed,
    async close() {
      await underWay.end();
      await port.close();
    },
  };
}
