import { Kysely } from 'kysely';
import type { SqlDatabase } from '../database.ts';
import { migrateToLatest, requireLatest } from '../migrations/migrate.ts';
import { accountStore } from '../repositories/accounts.ts';
import { eventReader } from '../repositories/events.ts';
import { roomStore } from '../repositories/rooms.ts';
import type { Store } from '../store.ts';
import type { Tables } from '../tables.ts';
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
    await disconnect(connection);
    throw error;
  }
}

/** Applies what is missing and closes the database again; returns the names of the migrations it applied. */
export async function migrateSqlite(options: SqliteOptions): Promise<readonly string[]> {
  const connection = await connect(options);
  try {
    return await migrateToLatest(connection, options.uuid);
  } finally {
    await disconnect(connection);
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
  return {
    events: { ...eventReader(connection), append: (batch) => gate.pass(() => port.append(batch)) },
    rooms: roomStore(connection),
    accounts: accountStore(connection),
    close: () => disconnect(connection),
  };
}

/** After transactions under way. Kysely holds nothing of its own; what comes later is refused by the port. */
async function disconnect({ port, gate }: Connection): Promise<void> {
  const release = await gate.hold(() => port.close());
  release();
}
