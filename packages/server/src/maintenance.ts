/** The composition root of `sotto admin` and `sotto db`: the database itself, beside a running server or without one. */
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Admin, createAdmin } from './admin/admin.ts';
import { type Trial, type TrialReport, tryProvider } from './admin/trial.ts';
import type { ServerConfig } from './config.ts';
import { systemClock, systemRandom } from './environment.ts';
import { createOpenProvider } from './providers/open.ts';
import { StorageError } from './storage/errors.ts';
import { migrateStore, openStore } from './storage/open.ts';

export type { Admin } from './admin/admin.ts';
export {
  AS_CONFIGURED,
  type AssistantView,
  needAssistant,
  type WrittenSettings,
} from './admin/assistants.ts';
export type { Trial, TrialReport } from './admin/trial.ts';
export { ProviderError } from './assistants/provider.ts';

type Database = ServerConfig['database'];

/** The data directory holds the server's secrets. */
const DIRECTORY_MODE = 0o700;

/** Lends accounts and rooms of a database to `use`. Rejects with StorageError when there is none of this version's schema. */
export async function withAdmin<T>(database: Database, use: (admin: Admin) => Promise<T>): Promise<T> {
  const store = await openStore({ ...location(database), inThread: true, shared: true });
  try {
    const { accounts, rooms, assistants } = store;
    return await use(createAdmin({ accounts, rooms, assistants, clock: systemClock, random: systemRandom }));
  } finally {
    await store.close();
  }
}

/** Asks the provider of assistants from this process. Rejects with ProviderError, or the reason of `signal`. */
export function askProvider(
  privateHosts: readonly string[],
  trial: Trial,
  write: (text: string) => void,
  signal: AbortSignal,
): Promise<TrialReport> {
  return tryProvider(createOpenProvider(privateHosts), trial, write, signal);
}

/** Makes the database and its directory where they are missing; returns the names of the migrations it applied. */
export async function initDatabase(database: Database): Promise<readonly string[]> {
  await mkdir(dirname(database.path), { recursive: true, mode: DIRECTORY_MODE });
  return migrateStore(location(database));
}

/** Brings an existing database to this version's schema; returns the names of the migrations it applied. */
export async function migrateDatabase(database: Database): Promise<readonly string[]> {
  const found = await stat(database.path).catch(() => undefined);
  if (found === undefined) throw new StorageError('missing', `there is no database at ${database.path}`);
  return migrateStore(location(database));
}

function location({ path }: Database): { url: string; uuid: () => string } {
  return { url: `sqlite:${path}`, uuid: () => crypto.randomUUID() };
}
