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

/** Keeps nothing beyond the process: for programs that log in anew each time, and for tests. */
export class MemoryStore implements ClientStore {
  #deviceKey: Uint8Array | undefined;
  #session: StoredSession | undefined;
  #logIncarnation = '';
  #networks: readonly NetworkRecord[] = [];
  readonly #cursors = new Map<StreamId, Sequence>();
  readonly #outbox = new Map<string, OutboxEntry>();
  readonly #kept = new Map<string, Uint8Array>();
  #keptLog = '';

  async load(): Promise<ClientSnapshot> {
    return this.snapshot();
  }

  snapshot(): ClientSnapshot {
    return {
      deviceKey: this.#deviceKey,
      session: this.#session,
      logIncarnation: this.#logIncarnation,
      cursors: new Map(this.#cursors),
      outbox: [...this.#outbox.values()].sort((a, b) => a.position - b.position),
      networks: this.#networks,
    };
  }

  async saveDeviceKey(key: Uint8Array): Promise<void> {
    this.#deviceKey = key;
  }

  async saveSession(session: StoredSession | undefined): Promise<void> {
    this.#session = session;
    if (session !== undefined) return;
    this.#logIncarnation = '';
    this.#cursors.clear();
    this.#outbox.clear();
    this.#kept.clear();
  }

  async saveCursors(
    logIncarnation: string,
    cursors: ReadonlyMap<StreamId, Sequence | undefined>,
  ): Promise<void> {
    if (logIncarnation !== this.#logIncarnation) this.#cursors.clear();
    this.#logIncarnation = logIncarnation;
    for (const [stream, sequence] of cursors) {
      if (sequence === undefined) this.#cursors.delete(stream);
      else this.#cursors.set(stream, sequence);
    }
  }

  async putOutbox(entry: OutboxEntry): Promise<void> {
    this.#outbox.set(entry.clientMessageId, entry);
  }

  async removeOutbox(clientMessageId: string): Promise<void> {
    this.#outbox.delete(clientMessageId);
  }

  async saveNetworks(networks: readonly NetworkRecord[]): Promise<void> {
    this.#networks = networks;
  }

  async loadKept(): Promise<KeptPages> {
    return this.#keptLog === this.#logIncarnation ? new Map(this.#kept) : new Map();
  }

  async saveKept(logIncarnation: string, changes: KeptChanges): Promise<void> {
    if (logIncarnation !== this.#keptLog) this.#kept.clear();
    this.#keptLog = logIncarnation;
    for (const [name, bytes] of changes) {
      if (bytes === undefined) this.#kept.delete(name);
      else this.#kept.set(name, bytes);
    }
  }

  async close(): Promise<void> {}
}
