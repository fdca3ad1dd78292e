/**
 * Transfers under way, in a database of the browser. A chunk of its own. Files that are sent stay there whole until their
 * message is in the outbox, downloads part by part until they are saved.
 */
import type { KeptTransfer } from '@sotto/app';
import type { UserNumber } from '@sotto/model';

export const NAME = 'sotto-transfers';
const VERSION = 1;
const TRANSFERS = 'transfers';
const PARTS = 'parts';

const FILE_MAX_BYTES = 512 * 1024 * 1024;
const TRANSFERS_MAX = 64;
/** Of what the browser gives in all, for everything that is kept. */
const SHARE_MAX = 0.6;

interface Part {
  id: string;
  sha256: string;
  at: number;
  part: Blob;
}

/** False where there is no room for it. */
export async function keep(transfer: KeptTransfer): Promise<boolean> {
  const size = transfer.kind === 'upload' ? transfer.file.size : 0;
  if (size > FILE_MAX_BYTES || !(await hasRoom(size))) return false;
  const database = await open();
  const store = database.transaction(TRANSFERS, 'readwrite').objectStore(TRANSFERS);
  if ((await settled(store.count())) >= TRANSFERS_MAX) return false;
  await settled(store.put(transfer));
  return true;
}

export async function forget(id: string): Promise<void> {
  const transaction = (await open()).transaction([TRANSFERS, PARTS], 'readwrite');
  await settled(transaction.objectStore(TRANSFERS).delete(id));
  await settled(transaction.objectStore(PARTS).delete(partsOf(id)));
}

/** Those of this account; what others left is removed. */
export async function all(account: UserNumber): Promise<readonly KeptTransfer[]> {
  const store = (await open()).transaction(TRANSFERS, 'readonly').objectStore(TRANSFERS);
  const found = await settled<KeptTransfer[]>(store.getAll());
  for (const { id, account: other } of found) if (other !== account) await forget(id);
  return found.filter((each) => each.account === account);
}

/** Resolves with the bytes as they are kept: those hold no memory. */
export async function keepPart(id: string, sha256: string, at: number, part: Blob): Promise<Blob> {
  if (!(await hasRoom(part.size))) return part;
  const store = (await open()).transaction(PARTS, 'readwrite').objectStore(PARTS);
  await settled(store.put({ id, sha256, at, part } satisfies Part));
  return (await settled<Part | undefined>(store.get([id, at])))?.part ?? part;
}

/** Of that file, in order; what follows a gap is of no use. */
export async function parts(id: string, sha256: string): Promise<readonly Blob[]> {
  const store = (await open()).transaction(PARTS, 'readonly').objectStore(PARTS);
  const found = await settled<Part[]>(store.getAll(partsOf(id)));
  const whole = found.findIndex((each, at) => each.at !== at || each.sha256 !== sha256);
  return found.slice(0, whole < 0 ? found.length : whole).map(({ part }) => part);
}

export async function clear(): Promise<void> {
  const transaction = (await open()).transaction([TRANSFERS, PARTS], 'readwrite');
  await settled(transaction.objectStore(TRANSFERS).clear());
  await settled(transaction.objectStore(PARTS).clear());
}

const partsOf = (id: string): IDBKeyRange => IDBKeyRange.bound([id, 0], [id, Number.MAX_SAFE_INTEGER]);

async function hasRoom(bytes: number): Promise<boolean> {
  const { usage = 0, quota = 0 } = await navigator.storage.estimate();
  return usage + bytes <= quota * SHARE_MAX;
}

let opened: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  opened ??= openAnew();
  opened.catch(() => {
    opened = undefined;
  });
  return opened;
}

async function openAnew(): Promise<IDBDatabase> {
  const request = indexedDB.open(NAME, VERSION);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(TRANSFERS, { keyPath: 'id' });
    request.result.createObjectStore(PARTS, { keyPath: ['id', 'at'] });
  };
  const database = await settled(request);
  // A later version of the client in another tab.
  database.onversionchange = () => {
    database.close();
    opened = undefined;
  };
  return database;
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
