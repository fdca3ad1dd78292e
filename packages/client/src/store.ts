/** What the SDK keeps on the client's machine. Implemented by a file store, IndexedDB, and memory; one contract suite. */
import type { Sequence, StreamId } from '@sotto/model';
import type { NetworkRecord } from './paths/memory.ts';

export interface StoredSession {
  id: string;
  /** 32 bytes; a secret. */
  token: Uint8Array;
  /** The highest that this client has named or been granted; 0 where that is not known. */
  generation: number;
  userName: string;
  userNumber: number;
  userUuid: string;
  owner: boolean;
}

/** A message on its way; removed when the server acknowledged it, or refused it and it is not to be kept. */
export interface OutboxEntry {
  /** Hex of 16 bytes. */
  clientMessageId: string;
  /** Order of sending. */
  position: number;
  /** Older journals have neither `replyTo` nor `thread`. */
  target:
    | { kind: 'room'; room: number; replyTo?: number; thread?: number }
    | { kind: 'direct'; recipients: readonly (number | string)[]; strict: boolean };
  text: string;
  /** What it offers; journals without files have none. */
  file?: OutboxFile;
  /** When it was sent here; older journals do not say. */
  atMs?: number;
  /** No connection was ever given it. */
  isUntried?: boolean;
  /** Where the server refuses it for good it is kept. */
  keepFailed?: boolean;
  /** It was: it is not sent again by itself. */
  failed?: OutboxFailure;
}

/** What the server said. */
export interface OutboxFailure {
  code: number;
  detail: string;
}

/** A file that is at the server already, or in the message. */
export interface OutboxFile {
  /** The encoded content of the message, base64url. */
  content: string;
  /** Hex; empty where the file is in the message. */
  sha256: string;
}

export interface ClientSnapshot {
  /** The device's Ed25519 key as the login module exports it. */
  deviceKey: Uint8Array | undefined;
  session: StoredSession | undefined;
  logIncarnation: string;
  cursors: ReadonlyMap<StreamId, Sequence>;
  outbox: readonly OutboxEntry[];
  /** What worked in which network [PATH-9]. */
  networks: readonly NetworkRecord[];
}

/** What may be shown before the server is there, by name: letters, or letters and a number [KEPT-1]. */
export type KeptPages = ReadonlyMap<string, Uint8Array>;
/** undefined removes one. */
export type KeptChanges = ReadonlyMap<string, Uint8Array | undefined>;

/** What signs for this device (Ed25519). */
export interface DeviceSigner {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 64 bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** Each write is durable (survives a crash of the program) when its promise resolves. Writes may be batched. */
export interface ClientStore {
  load(): Promise<ClientSnapshot>;
  saveDeviceKey(key: Uint8Array): Promise<void>;
  /**
   * Of stores that never give the key away: the one of this device, made when first asked for. They load none, and are
   * given none.
   */
  deviceSigner?(): Promise<DeviceSigner>;
  /** Of stores that another may take over: resolves once that is so. Nothing is kept here any more then. */
  readonly lost?: Promise<Error>;
  /** undefined forgets the session, its cursors, its outbox and its pages. */
  saveSession(session: StoredSession | undefined): Promise<void>;
  /** Changes the given cursors, undefined removes one; those of another incarnation are dropped first. */
  saveCursors(logIncarnation: string, cursors: ReadonlyMap<StreamId, Sequence | undefined>): Promise<void>;
  /** Adds the entry, or replaces the one with its id. */
  putOutbox(entry: OutboxEntry): Promise<void>;
  removeOutbox(clientMessageId: string): Promise<void>;
  /** All of them, in place of those before. They are the machine's: forgetting the session keeps them. */
  saveNetworks(networks: readonly NetworkRecord[]): Promise<void>;
  /** Those of the log that the cursors are of; what cannot be read is not among them [STORE-10]. */
  loadKept(): Promise<KeptPages>;
  /** Those of another incarnation are dropped first. Alone of all that is kept, a crash may lose it. */
  saveKept(logIncarnation: string, changes: KeptChanges): Promise<void>;
  close(): Promise<void>;
}
