/** What the SDK keeps on the client's machine. Implemented by a file store, IndexedDB, and memory; one contract suite. */
import type { Sequence, StreamId } from '@sotto/model';

export interface StoredSession {
  id: string;
  /** 32 bytes; a secret. */
  token: Uint8Array;
  userName: string;
  userNumber: number;
  userUuid: string;
  owner: boolean;
}

/** A message on its way; removed when the server acknowledged or refused it. */
export interface OutboxEntry {
  /** Hex of 16 bytes. */
  clientMessageId: string;
  /** Order of sending. */
  position: number;
  target:
    | { kind: 'room'; room: number }
    | { kind: 'direct'; recipients: readonly (number | string)[]; strict: boolean };
  text: string;
}

export interface ClientSnapshot {
  /** The device's Ed25519 key as the login module exports it. */
  deviceKey: Uint8Array | undefined;
  session: StoredSession | undefined;
  logIncarnation: string;
  cursors: ReadonlyMap<StreamId, Sequence>;
  outbox: readonly OutboxEntry[];
}

/** Each write is durable (survives a crash of the program) when its promise resolves. Writes may be batched. */
export interface ClientStore {
  load(): Promise<ClientSnapshot>;
  saveDeviceKey(key: Uint8Array): Promise<void>;
  /** undefined forgets the session, its cursors and its outbox. */
  saveSession(session: StoredSession | undefined): Promise<void>;
  /** Changes the given cursors, undefined removes one; those of another incarnation are dropped first. */
  saveCursors(logIncarnation: string, cursors: ReadonlyMap<StreamId, Sequence | undefined>): Promise<void>;
  /** Adds the entry, or replaces the one with its id. */
  putOutbox(entry: OutboxEntry): Promise<void>;
  removeOutbox(clientMessageId: string): Promise<void>;
  close(): Promise<void>;
}
