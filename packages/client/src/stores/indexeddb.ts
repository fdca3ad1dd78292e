/** A profile in a browser: one IndexedDB database, one tab at a time. */
import type { Sequence, StreamId } from '@sotto/model';
import { ProfileInUse } from '../errors.ts';
import type { NetworkRecord } from '../paths/memory.ts';
import type { ClientSnapshot, ClientStore, OutboxEntry, StoredSession } from '../store.ts';

const VERSION = 1;
/** Object stores: single values by name; cursors by stream; unsent messages by client message id. */
const VALUES = 'values';
const CURSORS = 'cursors';
const OUTBOX = 'outbox';
const ALL = [VALUES, CURSORS, OUTBOX];
/** A tab that was closed or reloaded lets go of its profile a moment after the next page has begun. */
const LOCK_WAIT_MS = 1_000;

/** `name` tells profiles apart, for example "server/user". Throws ProfileInUse when another tab has it open. */
export async function openIndexedDbStore(name: string): Promise<ClientStore> {
  const unlock = await lockProfile(`sotto/${name}`);
  try {
    return new IndexedDbStore(await openDatabase(`sotto/${name}`), unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

/** Held until released, or the tab is gone. */
function lockProfile(name: string): Promise<() => void> {
  const signal = AbortSignal.timeout(LOCK_WAIT_MS);
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(name, { signal }, () => new Promise<void>((release) => resolve(release)))
      .catch((error) =>
        reject(
          signal.aborted
            ? new ProfileInUse(name, 'another tab', 'go on there, or close it and load this page again')
            : error,
        ),
      );
  });
}

function openDatabase(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, VERSION);
  request.onupgradeneeded = () => {
    for (const store of ALL) request.result.createObjectStore(store);
  };
  return settled(request);
}

class IndexedDbStore implements ClientStore {
  readonly #database: IDBDatabase;
  readonly #unlock: () => void;

  constructor(database: IDBDatabase, unlock: () => void) {
    this.#database = database;
    this.#unlock = unlock;
  }

  async load(): Promise<ClientSnapshot> {
    const transaction = this.#database.transaction(ALL, 'readonly');
    const [values, cursors, outbox] = ALL.map((name) => transaction.objectStore(name));
    if (values === undefined || cursors === undefined || outbox === undefined) throw new Error('unreachable');
    const [deviceKey, session, log, networks, streams, sequences, entries] = await Promise.all([
      settled<Uint8Array | undefined>(values.get('deviceKey')),
      settled<StoredSession | undefined>(values.get('session')),
      settled<string | undefined>(values.get('log')),
      settled<readonly NetworkRecord[] | undefined>(values.get('networks')),
      settled(cursors.getAllKeys()),
      settled<Sequence[]>(cursors.getAll()),
      settled<OutboxEntry[]>(outbox.getAll()),
    ]);
    return {
      deviceKey,
      // Older ones have no generation.
      session: session && { ...session, generation: session.generation ?? 0 },
      logIncarnation: log ?? '',
      cursors: new Map(sequences.map((sequence, index) => [streams[index] as StreamId, sequence])),
      outbox: entries.sort((a, b) => a.position - b.position),
      networks: networks ?? [],
    };
  }

  saveDeviceKey(key: Uint8Array): Promise<void> {
    return this.#change((store) => store(VALUES).put(key, 'deviceKey'));
  }

  saveSession(session: StoredSession | undefined): Promise<void> {
    return this.#change((store) => {
      if (session !== undefined) return store(VALUES).put(session, 'session');
      store(VALUES).delete('session');
      store(VALUES).delete('log');
      store(CURSORS).clear();
      return store(OUTBOX).clear();
    });
  }

  saveCursors(log: string, cursors: ReadonlyMap<StreamId, Sequence | undefined>): Promise<void> {
    return this.#change((store) => {
      const before = store(VALUES).get('log');
      before.onsuccess = () => {
        if (before.result !== log) store(CURSORS).clear();
        store(VALUES).put(log, 'log');
        for (const [stream, sequence] of cursors) {
          if (sequence === undefined) store(CURSORS).delete(stream);
          else store(CURSORS).put(sequence, stream);
        }
      };
    });
  }

  putOutbox(entry: OutboxEntry): Promise<void> {
    return this.#change((store) => store(OUTBOX).put(entry, entry.clientMessageId));
  }

  removeOutbox(clientMessageId: string): Promise<void> {
    return this.#change((store) => store(OUTBOX).delete(clientMessageId));
  }

  saveNetworks(networks: readonly NetworkRecord[]): Promise<void> {
    return this.#change((store) => store(VALUES).put(networks, 'networks'));
  }

  async close(): Promise<void> {
    this.#database.close();
    this.#unlock();
  }

  /** Transactions run in the order they were made. */
  #change(work: (store: (name: string) => IDBObjectStore) => unknown): Promise<void> {
    return new Promise((resolve, reject) => {
      const transaction = this.#database.transaction(ALL, 'readwrite', { durability: 'strict' });
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB gave up a change'));
      work((name) => transaction.objectStore(name));
    });
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
