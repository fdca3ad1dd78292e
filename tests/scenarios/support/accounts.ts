/** Accounts with sessions, put into a data directory and into clients' stores without logging in by password. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClientStore, openFileStore } from '@sotto/client/node';
import { readName, SERVER_SENDER } from '@sotto/model';
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
  const store = await openAt(directory);
  const sessions: SeededSession[] = [];
  for (const name of names) {
    const user = await seedUser(store, systemRandom, name, Date.now());
    sessions.push(await seedSession(store, systemRandom, user, Date.now()));
  }
  await store.close();
  return sessions;
}

/** As the operator does, without a password of the owner's. */
export async function makeAdministrator(directory: string, name: string): Promise<void> {
  const store = await openAt(directory);
  const reading = readName(name);
  const user = reading.kind === 'invalid' ? undefined : await store.accounts.userByNameKey(reading.key);
  if (user === undefined) throw new Error(`no account for ${name}`);
  await store.accounts.setAdministrator(user.number, true, { by: SERVER_SENDER, nowMs: Date.now() });
  await store.close();
}

const openAt = (directory: string): ReturnType<typeof openStore> =>
  openStore({ url: join(directory, 'sotto.db'), inThread: true, uuid: () => crypto.randomUUID() });

/** A client's directory with the session in it, as after a login. */
export async function storeWithSession(directory: string, seeded: SeededSession): Promise<ClientStore> {
  const store = await openFileStore(directory);
  await keepSession(store, seeded);
  return store;
}
