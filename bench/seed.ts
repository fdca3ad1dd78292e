/** Makes a database with users and sessions, so that a benchmark need not log in by password 10,000 times. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inboxStream } from '@sotto/model';
import { loadSecret, openStore, seedSession, seedUser, systemRandom } from '@sotto/server/testing';

/** What the load process needs to resume a session. */
export interface Credentials {
  user: number;
  /** Hex. */
  token: string;
  /** PKCS #8, hex. */
  deviceKey: string;
  inbox: number;
}

export const CREDENTIALS_FILE = 'credentials.json';

export async function seedDatabase(directory: string, users: number): Promise<void> {
  await loadSecret(directory, false);
  const store = await openStore({
    url: join(directory, 'sotto.db'),
    inThread: true,
    uuid: () => crypto.randomUUID(),
  });
  const credentials: Credentials[] = [];
  for (let index = 0; index < users; index++) {
    const user = await seedUser(store, systemRandom, `load${index}x`, Date.now());
    const { token, deviceKey } = await seedSession(store, systemRandom, user, Date.now());
    credentials.push({
      user: user.number,
      token: token.toHex(),
      deviceKey: deviceKey.toHex(),
      inbox: inboxStream(user.number),
    });
  }
  await store.close();
  await writeFile(join(directory, CREDENTIALS_FILE), JSON.stringify(credentials));
}
