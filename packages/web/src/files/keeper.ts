/** What this browser keeps of transfers that are under way. What does it is fetched when it is first needed. */
import type { KeptTransfer, TransferKeeper } from '@sotto/app';
import type * as Database from './keeper-database.ts';
import { saveBlob } from './save-blob.ts';
import { forgetBlobs } from './shown-blobs.ts';

/** As the database calls itself. */
const DATABASE: typeof Database.NAME = 'sotto-transfers';

const load = () => import('./keeper-database.ts');

/** One call after the other: what is forgotten does not come back. */
let last: Promise<unknown> = Promise.resolve();

function during<T>(fallback: T, work: (database: typeof Database) => Promise<T>): Promise<T> {
  // Best effort: a browser that keeps nothing, or has no room, does without.
  const done = last.then(async () => work(await load())).catch(() => fallback);
  last = done;
  return done;
}

/**
 * A window of `sotto open` keeps nothing: the next one has another address, where nobody would find it or remove it.
 * undefined there.
 */
export const transferKeeper = (): TransferKeeper | undefined =>
  document.querySelector('meta[name="sotto-relay"]') === null ? KEEPER : undefined;

const KEEPER: TransferKeeper = {
  keep: (transfer) => during(false, (database) => database.keep(transfer)),
  forget: (id) => void during(undefined, (database) => database.forget(id)),
  all: (account) => during<readonly KeptTransfer[]>([], (database) => database.all(account)),
  keepPart: (id, sha256, at, part) => during(part, (database) => database.keepPart(id, sha256, at, part)),
  parts: (id, sha256) => during<readonly Blob[]>([], (database) => database.parts(id, sha256)),
  arrived: ({ name }, whole) => saveBlob(whole, name),
};

/** Nobody is signed in: nothing of anybody's files stays. */
export function forgetFiles(): void {
  forgetBlobs();
  const clear = async () => {
    const databases = await indexedDB.databases();
    if (databases.some(({ name }) => name === DATABASE)) await during(undefined, ({ clear: all }) => all());
  };
  clear().catch(() => {});
}
