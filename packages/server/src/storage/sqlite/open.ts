import { Kysely } from 'kysely';
import type { EventStore } from '../../events/store.ts';
import type { Wanted } from '../../search/store.ts';
import { chunks, type SqlDatabase } from '../database.ts';
import { migrateToLatest, requireLatest } from '../migrations/migrate.ts';
import { accountStore } from '../repositories/accounts.ts';
import { assistantStore } from '../repositories/assistants.ts';
import { eventReader } from '../repositories/events.ts';
import { fileStore } from '../repositories/files.ts';
import { messageStore } from '../repositories/messages.ts';
import { roomStore } from '../repositories/rooms.ts';
import { searchReader } from '../repositories/search.ts';
import type { Store } from '../store.ts';
import type { Tables } from '../tables.ts';
import { UnderWay } from '../under-way.ts';
import { SQLITE_CAPABILITIES } from './capabilities.ts';
import { sqliteDialect } from './dialect.ts';
import { IN_MEMORY } from './engine.ts';
import { ConnectionGate } from './gate.ts';
import { LocalPort } from './local-port.ts';
import type { EraseStep, SqlitePort } from './port.ts';
import { SearchPort } from './search-port.ts';
import { WorkerPort } from './worker-port.ts';

export interface SqliteOptions {
  path: string;
  inThread: boolean;
  shared: boolean;
  uuid: () => string;
}

/** What search knew of them takes half a millisecond each to erase. */
const ERASED_AT_ONCE = 100;

interface Connection extends SqlDatabase {
  port: SqlitePort;
  gate: ConnectionGate;
  /** Finds beside the thread that writes. */
  finder: SearchPort;
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
  const finder = new SearchPort(inThread || path === IN_MEMORY ? port : { path, shared: true });
  return { db, capabilities: SQLITE_CAPABILITIES, port, gate, finder };
}

function storeOn(connection: Connection): Store {
  const { port, gate, finder } = connection;
  const underWay = new UnderWay();
  // One at a time: others' reads must not keep it out.
  const { append } = underWay.counted({
    append: ((batch) => gate.pass(() => port.append(batch))) satisfies EventStore['append'],
  });
  const erasing = underWay.counted(eraserOn(connection));
  return {
    events: { ...underWay.bounded(eventReader(connection)), ...erasing, append },
    rooms: underWay.bounded(roomStore(connection)),
    messages: underWay.bounded(messageStore(connection)),
    accounts: underWay.bounded(accountStore(connection)),
    files: underWay.bounded(fileStore(connection)),
    assistants: underWay.bounded(assistantStore(connection)),
    search: {
      ...underWay.bounded({ ...searchReader(connection), find: (wanted: Wanted) => finder.find(wanted) }),
      ...underWay.counted({
        index: (limit: number) => gate.pass(() => port.index(limit)),
        tidy: () => gate.pass(() => port.tidy()),
      }),
    },
    failed: port.failed,
    async close() {
      await underWay.end();
      await finder.close();
      await port.close();
    },
  };
}

/** Steps, between which others come in. */
function eraserOn({ port, gate }: Connection): Pick<EventStore, 'trim' | 'eraseContents' | 'scrub'> {
  const step = (what: EraseStep) => gate.pass(() => port.erase(what));
  return {
    async trim(stream, before) {
      while ((await step({ kind: 'trim', stream, before })) !== 0);
    },
    async eraseContents(stream, sequences) {
      for (const some of chunks(sequences, ERASED_AT_ONCE))
        await step({ kind: 'contents', stream, sequences: some });
    },
    scrub: (from) => step({ kind: 'scrub', from }),
  };
}
