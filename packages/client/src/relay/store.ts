/** The profile of a window of `sotto open`: kept by the relay, mirrored here. The device's key never comes here. */
import type { Sequence, StreamId } from '@sotto/model';
import { fromBase64Url, toBase64Url } from '../login/base64url.ts';
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
import { MemoryStore } from '../stores/memory.ts';
import { applyRecord, cursorsRecord, keptRecord, type Record, sessionRecord } from '../stores/records.ts';
import type { KeeperLine } from './line.ts';

export class RelayStore implements ClientStore {
  readonly #state = new MemoryStore();
  readonly #line: KeeperLine;
  /** ProfileTaken, or RelayGone. */
  readonly lost: Promise<Error>;

  /** The line is closed with the store. */
  constructor(line: KeeperLine, records: readonly Record[]) {
    this.#line = line;
    this.lost = line.lost;
    for (const record of records) void applyRecord(record, this.#state);
  }

  load(): Promise<ClientSnapshot> {
    return this.#state.load();
  }

  async deviceSigner(): Promise<DeviceSigner> {
    const line = this.#line;
    return {
      publicKey: fromBase64Url(await line.ask({ kind: 'key' })),
      sign: async (bytes) => fromBase64Url(await line.ask({ kind: 'sign', bytes: toBase64Url(bytes) })),
    };
  }

  async saveDeviceKey(): Promise<void> {
    throw new Error('the key of this device is kept by the relay');
  }

  saveSession(session: StoredSession | undefined): Promise<void> {
    return this.#save(sessionRecord(session));
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

  loadKept(): Promise<KeptPages> {
    return this.#state.loadKept();
  }

  /** A record for each: they are to be no longer than what the relay takes. */
  async saveKept(log: string, changes: KeptChanges): Promise<void> {
    await Promise.all([...changes].map((change) => this.#save(keptRecord(log, new Map([change])))));
  }

  async close(): Promise<void> {
    this.#line.close();
  }

  async #save(record: Record): Promise<void> {
    void applyRecord(record, this.#state);
    await this.#line.ask({ kind: 'save', record });
  }
}
