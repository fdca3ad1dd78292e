/** What files need of storage: rows here, bytes in `blobs.ts`. */
import type { Sequence, StreamId, UserNumber } from '@sotto/model';

export interface Quotas {
  /** In bytes, as are all; undefined for none. */
  accountMax: number | undefined;
  totalMax: number | undefined;
}

export interface UploadRecord {
  user: UserNumber;
  sha256: Uint8Array;
  sizeBytes: number;
  /** Its bytes are durable; it waits to be offered. */
  finished: boolean;
  /** When it is given up. */
  expiresMs: number;
}

export interface StoredOffer {
  sha256: Uint8Array;
  sizeBytes: number;
  /** Who offered it. */
  user: UserNumber;
}

export interface FileStore {
  /**
   * Makes the upload's row, or prolongs it, if the account's files and uploads, and those of all, stay within their quotas.
   * 'finished': the account has this file here already, offered or not: nothing is to be sent. Another size than that of an
   * earlier upload of this digest replaces it ('reserved').
   */
  reserve(
    upload: Omit<UploadRecord, 'finished'>,
    quotas: Quotas,
  ): Promise<'reserved' | 'finished' | 'accountFull' | 'allFull' | 'tooMany'>;
  upload(user: UserNumber, sha256: Uint8Array): Promise<UploadRecord | undefined>;
  /** Its bytes are durable: the file is stored. False where there is no such upload any more: then nobody waits for it, and its bytes are among what is unreferenced. */
  finishUpload(user: UserNumber, sha256: Uint8Array, expiresMs: number): Promise<boolean>;
  dropUpload(user: UserNumber, sha256: Uint8Array): Promise<void>;
  /** Drops the rows of uploads that nobody goes on with, finished or not; answers them. At most 100. */
  dropExpired(nowMs: number): Promise<readonly UploadRecord[]>;
  /** What the message offers, while it does: undefined once it is deleted, declined or erased. */
  offer(stream: StreamId, sequence: Sequence): Promise<StoredOffer | undefined>;
  /** What the account's offered files and uploads take. */
  usedBy(user: UserNumber): Promise<number>;
  /** What all stored files take. */
  usedByAll(): Promise<number>;
  /** Stored files that no message offers and no upload waits to; at most 100. */
  unreferenced(): Promise<readonly Uint8Array[]>;
  /** Forgets the stored file if nothing refers to it now; answers whether. Its bytes are to be removed after. */
  forget(sha256: Uint8Array): Promise<boolean>;
  /** Those of them that are stored files. */
  stored(sha256s: readonly Uint8Array[]): Promise<readonly Uint8Array[]>;
}
