/** A profile on disk, for Bun and Node.js: one directory, one process at a time, secrets readable by their owner only. */
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sequence, StreamId } from '@sotto/model';
import type { NetworkRecord } from '../paths/memory.ts';
import type {
  ClientSnapshot,
  ClientStore,
  KeptChanges,
  KeptPages,
  OutboxEntry,
  StoredSession,
} from '../store.ts';
import { Journal } from './journal.ts';
import { KeptFiles } from './kept-files.ts';
import { lockDirectory } from './lock.ts';
import { MemoryStore } from './memory.ts';
import {
  applyRecord,
  cursorsRecord,
  deviceKeyRecord,
  type Record,
  recordsOf,
  sessionRecord,
} from './records.ts';

const DIRECTORY_MODE = 0o700;

/** Makes the directory where it is missing. Throws ProfileInUse when another client has it open. */
export async function openFileStore(directory: string): Promise<ClientStore> {
  await mkdir(directory, { recursive: true, mode: DIRECTORY_MODE });
  await chmod(directory, DIRECTORY_MODE);
  const unlock = await lockDirectory(directory);
  try {
    return await FileStore.open(directory, unlock);
  } catch (error) {
    await unlock();
    throw error;
  }
}

class FileStore implements ClientStore {
  readonly #state: MemoryStore;
  readonly #journal: Journal;
  readonly #kept: KeptFiles;
  readonly #unlock: () => Promise<void>;
  #closing: Promise<void> | undefined;

  private constructor(state: MemoryStore, journal: Journal, kept: KeptFiles, unlock: () => Promise<void>) {
    this.#state = state;
    this.#journal = journal;
    this.#kept = kept;
    this.#unlock = unlock;
  }

  static async open(directory: string, unlock: () => Promise<void>): Promise<FileStore> {
    const state = new MemoryStore();
    const compacted = () => recordsOf(state.snapshot()).map((record) => JSON.stringify(record));
    const journal = await Journal.open({ path: join(directory, 'journal'), compacted }, (line) => {
      replay(line, state);
    });
    return new FileStore(state, journal, new KeptFiles(join(directory, 'kept')), unlock);
  }

  load(): Promise<ClientSnapshot> {
    return this.#state.load();
  }

  saveDeviceKey(key: Uint8Array): Promise<void> {
    return this.#save(deviceKeyRecord(key));
  }

  async saveSession(session: StoredSession | undefined): Promise<void> {
    if (session === undefined) await this.#kept.clear();
    await this.#save(sessionRecord(session));
  }

  saveCursors(log: string, cursors: ReadonlyMap<StreamId, Sequence | undefined>): Promise<void> {
    return this.#save(cursorsRecord(log, cursors));
  }

  putOutbox(entry: OutboxEntry): Promise<void> {
    return this.#save({ kind: 'outbox', entry });
  }

  removeOutbox(clientMessageId: string): Promise<void> {
    return this.#save({ kind: 'sent', clientMessageId });
  }

  saveNetworks(networks: readonly NetworkRecord[]): Promise<void> {
    return this.#save({ kind: 'networks', networks });
  }

  async loadKept(): Promise<KeptPages> {
    return this.#kept.load(this.#state.snapshot().logIncarnation);
  }

  async saveKept(log: string, changes: KeptChanges): Promise<void> {
    if (this.#closing !== undefined) throw new Error('the store is closed');
    await this.#kept.save(log, changes);
  }

  close(): Promise<void> {
    this.#closing ??= Promise.all([this.#journal.close(), this.#kept.settled()]).then(this.#unlock);
    return this.#closing;
  }

  async #save(record: Record): Promise<void> {
    if (this.#closing !== undefined) throw new Error('the store is closed');
    void applyRecord(record, this.#state);
    await this.#journal.append(JSON.stringify(record));
  }
}

/** A line that is no record was cut off by a crash before anyone was told that it is safe. */
function replay(line: string, state: MemoryStore): void {
  try {
    void applyRecord(JSON.parse(line), state);
  } catch {
    return;
  }
}
