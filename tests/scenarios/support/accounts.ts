/** Accounts with sessions, put into a data directory and into clients' stores without logging in by password. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClientStore, openFileStore } from '@sotto/client/node';
import {
  loadSecret,
  openStore,
  type SeededSession,
  seedSession,
  seedUser,
  systemRandom,
} from '@sotto/server/testing';
import { keepSession } from '../../keep-session.ts';

export async function seedAccounts(directory: string, names: readonly string[]): Promise<SeededSession[]> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await loadSecret(directory, false);
  const store = await openStore({
    url: join(directory, 'sotto.db'),
    inThread: true,
    uuid: () => crypto.randomUUID(),
  });
  const sessions: SeededSession[] = [];
  for (const name of names) {
    const user = await seedUser(store, systemRandom, name, Date.now());
    sessions.push(await seedSession(store, systemRandom, user, Date.now()));
  }
  await store.close();
  return sessions;
}

/** A client's directory with the session in it, as after a login. */
export async function storeWithSession(directory: string, seeded: SeededSession): Promise<ClientStore> {
  const store = await openFileStore(directory);
  await keepSession(store, seeded);
  return store;
}
