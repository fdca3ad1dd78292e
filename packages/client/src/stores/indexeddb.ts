/** A profile in a browser: one IndexedDB database, one tab at a time. */
import type { Sequence, StreamId } from '@sotto/model';
import { ProfileTaken } from '../errors.ts';
import type { NetworkRecord } from '../paths/memory.ts';
import type {
  ClientSnapshot,
  ClientStore,
  DeviceSigner,
  KeptChanges,
  KeptPages,
  OutboxEntry,
  StoredSession,
} from '../store.ts';
import { hideKey, makeKey, type StoredKey, signerOf } from './browser-key.ts';
import { lockTab, type TabLock } from './tab-lock.ts';

/** 2: kept pages. */
const VERSION = 2;
/** Object stores: single values by name; cursors by stream; unsent messages by client message id; kept pages by name. */
const VALUES = 'values';
const CURSORS = 'cursors';
const OUTBOX = 'outbox';
const KEPT = 'kept';
const ALL = [VALUES, CURSORS, OUTBOX, KEPT];
/** Of the tab that has the profile, in the database as well: whoever lost it without knowing changes nothing there. */
const OWNER = 'owner';
const PREFIX = 'sotto/';

export interface IndexedDbOptions {
  /** Takes the profile from the tab that has it, whose client stops with ProfileTaken. */
  takeOver?: boolean;
}

/** `name` tells profiles apart, for example "server/user". Throws ProfileInUse when another tab has it open. */
export async function openIndexedDbStore(
  name: string,
  { takeOver = false }: IndexedDbOptions = {},
): Promise<ClientStore> {
  const lock = await lockTab(`${PREFIX}${name}`, takeOver);
  try {
    const database = await openDatabase(`${PREFIX}${name}`);
    const owner = crypto.randomUUID();
    const transaction = database.transaction([VALUES], 'readwrite', { durability: 'strict' });
    await settled(transaction.objectStore(VALUES).put(owner, OWNER));
    return new IndexedDbStore(database, lock, owner);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The names of the profiles that this browser keeps for this origin. */
export async function listProfiles(): Promise<readonly string[]> {
  const databases = await indexedDB.databases();
  return databases
    .flatMap(({ name }) => (name?.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : []))
    .sort();
}

function openDatabase(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, VERSION);
  request.onupgradeneeded = () => {
    const there = request.result.objectStoreNames;
    for (const store of ALL) if (!there.contains(store)) request.result.createObjectStore(store);
  };
  return settled(request);
}

class IndexedDbStore implements ClientStore {
  readonly lost: Promise<Error>;
  readonly #database: IDBDatabase;
  readonly #lock: TabLock;
  readonly #owner: string;
  #taken: Error | undefined;
  #signer: Promise<DeviceSigner> | undefined;

  constructor(database: IDBDatabase, lock: TabLock, owner: string) {
    this.#database = database;
    this.#lock = lock;
    this.#owner = owner;
    this.lost = lock.lost.then((reason) => {
      this.#taken = reason;
      void this.close();
      return reason;
    });
  }

  async load(): Promise<ClientSnapshot> {
    const transaction = this.#database.transaction(ALL, 'readonly');
    const [values, cursors, outbox] = ALL.map((name) => transaction.objectStore(name));
    if (values === undefined || cursors === undefined || outbox === undefined) throw new Error('unreachable');
    const [session, log, networks, streams, sequences, entries] = await Promise.all([
      settled<StoredSession | undefined>(values.get('session')),
      settled<string | undefined>(values.get('log')),
      settled<readonly NetworkRecord[] | undefined>(values.get('networks')),
      settled(cursors.getAllKeys()),
      settled<Sequence[]>(cursors.getAll()),
      settled<OutboxEntry[]>(outbox.getAll()),
    ]);
    return {
      // WebCrypto's alone.
      deviceKey: undefined,
      // Older ones have no generation.
      session: session && { ...session, generation: session.generation ?? 0 },
      logIncarnation: log ?? '',
      cursors: new Map(sequences.map((sequence, index) => [streams[index] as StreamId, sequence])),
      outbox: entries.sort((a, b) => a.position - b.position),
      networks: networks ?? [],
    };
  }

  async saveDeviceKey(): Promise<void> {
    throw new Error('a browser keeps a key of its own making');
  }

  deviceSigner(): Promise<DeviceSigner> {
    this.#signer ??= this.#loadSigner();
    return this.#signer;
  }

  saveSession(session: StoredSession | undefined): Promise<void> {
    return this.#change((store) => {
      if (session !== undefined) return store(VALUES).put(session, 'session');
      store(VALUES).delete('session');
      store(VALUES).delete('log');
      store(CURSORS).clear();
      store(KEPT).clear();
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

  async loadKept(): Promise<KeptPages> {
    const transaction = this.#database.transaction([VALUES, KEPT], 'readonly');
    const [values, kept] = [transaction.objectStore(VALUES), transaction.objectStore(KEPT)];
    const [log, keptLog, names, pages] = await Promise.all([
      settled<string | undefined>(values.get('log')),
      settled<string | undefined>(values.get('keptLog')),
      settled(kept.getAllKeys()),
      settled<Uint8Array[]>(kept.getAll()),
    ]);
    if (log !== keptLog) return new Map();
    return new Map(pages.map((bytes, index) => [String(names[index]), bytes]));
  }

  saveKept(log: string, changes: KeptChanges): Promise<void> {
    return this.#change((store) => {
      const before = store(VALUES).get('keptLog');
      before.onsuccess = () => {
        if (before.result !== log) store(KEPT).clear();
        store(VALUES).put(log, 'keptLog');
        for (const [name, bytes] of changes) {
          if (bytes === undefined) store(KEPT).delete(name);
          else store(KEPT).put(bytes, name);
        }
      };
    }, 'relaxed');
  }

  async close(): Promise<void> {
    this.#database.close();
    this.#lock.release();
  }

  async #loadSigner(): Promise<DeviceSigner> {
    const values = this.#database.transaction([VALUES], 'readonly').objectStore(VALUES);
    const [stored, readable] = await Promise.all([
      settled<StoredKey | undefined>(values.get('key')),
      settled<Uint8Array | undefined>(values.get('deviceKey')),
    ]);
    if (stored !== undefined) return signerOf(stored);
    const key = readable === undefined ? await makeKey() : await hideKey(readable);
    await this.#change((store) => {
      store(VALUES).delete('deviceKey');
      return store(VALUES).put(key, 'key');
    });
    return signerOf(key);
  }

  /** Transactions run in the order they were made. Rejects with ProfileTaken where another tab has the profile by now. */
  #change(
    work: (store: (name: string) => IDBObjectStore) => unknown,
    durability: IDBTransactionDurability = 'strict',
  ): Promise<void> {
    if (this.#taken !== undefined) return Promise.reject(this.#taken);
    return new Promise((resolve, reject) => {
      const transaction = this.#database.transaction(ALL, 'readwrite', { durability });
      let failure: Error | undefined;
      transaction.oncomplete = () => resolve();
      transaction.onabort = () =>
        reject(failure ?? transaction.error ?? new Error('IndexedDB gave up a change'));
      const owner = transaction.objectStore(VALUES).get(OWNER);
      owner.onsuccess = () => {
        if (owner.result === this.#owner) {
          work((name) => transaction.objectStore(name));
          return;
        }
        failure = new ProfileTaken();
        transaction.abort();
      };
    });
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
