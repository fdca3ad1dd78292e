/** Where the bytes of files are. One contract suite runs against every implementation (storage/blobs/testing/contract.suite.ts). */

/** An upload under way, on local disk whatever the store. Offsets are multiples of a chunk but for the last. */
export interface PartialBlob {
  /** What is there. */
  readonly length: number;
  /** Resolves when the operating system has it. Rejects with StorageFull where there is no room. One at a time. */
  append(bytes: Uint8Array): Promise<void>;
  /** SHA-256 of what is there. */
  digest(): Promise<Uint8Array>;
  /** Everything is durable under its digest when it resolves; the partial is gone. */
  finish(sha256: Uint8Array): Promise<void>;
  /** Keeps it for later. */
  close(): Promise<void>;
  /** Nothing of it stays. */
  drop(): Promise<void>;
}

/** Reads on from where it was opened. */
export interface BlobReader {
  /** At most `maxBytes`, and as many where there are; empty at the end. One at a time; valid until the next. */
  next(maxBytes: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface BlobStore {
  /** `name`: letters and digits. What is there beyond the last whole chunk is cut off; so is everything where `sizeBytes` is less than that. */
  openPartial(name: string, sizeBytes: number): Promise<PartialBlob>;
  dropPartial(name: string): Promise<void>;
  /** Undefined where there is no such blob. */
  open(sha256: Uint8Array, offset: number): Promise<BlobReader | undefined>;
  /** Nothing where it is not there. Durable. */
  remove(sha256: Uint8Array): Promise<void>;
  /** Bytes that may be stored still, as far as it is known. */
  freeBytes(): Promise<number>;
  /** Everything that is there, in any order. */
  partials(): AsyncIterable<string>;
  blobs(): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** There is no room for it. */
export class StorageFull extends Error {
  override readonly name = 'StorageFull';
}
