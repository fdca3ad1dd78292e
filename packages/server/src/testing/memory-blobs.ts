/** A BlobStore in memory: for tests and the simulator. Nothing in it fails by itself. */
import { FILE_CHUNK_BYTES } from '@sotto/model';
import { type BlobReader, type BlobStore, type PartialBlob, StorageFull } from '../files/blobs.ts';
import { digestKey } from '../files/keys.ts';

/** In the parts that it was written in; all but the last are of one length, a multiple of a chunk. */
interface Blob {
  parts: Uint8Array[];
  length: number;
}

export class MemoryBlobs implements BlobStore {
  /** Beyond this there is no room; may be changed. */
  maxBytes = Number.POSITIVE_INFINITY;
  /** What is written waits for it; may be changed. */
  writable: Promise<void> = Promise.resolve();
  readonly #partials = new Map<string, Blob>();
  readonly #blobs = new Map<string, Blob>();

  /** Of whole files, and of partial ones. */
  get names(): string[] {
    return [...this.#blobs.keys(), ...this.#partials.keys()];
  }

  async openPartial(name: string, sizeBytes: number): Promise<PartialBlob> {
    const there = this.#partials.get(name) ?? { parts: [], length: 0 };
    const blob = cut(there, sizeBytes);
    this.#partials.set(name, blob);
    return this.#partial(name, blob);
  }

  async dropPartial(name: string): Promise<void> {
    this.#partials.delete(name);
  }

  async open(sha256: Uint8Array, offset: number): Promise<BlobReader | undefined> {
    const blob = this.#blobs.get(digestKey(sha256));
    if (blob === undefined) return undefined;
    let at = offset;
    return {
      next: async (maxBytes) => {
        const from = at;
        at = Math.max(from, Math.min(blob.length, at + maxBytes));
        return slice(blob, from, at);
      },
      close: async () => {},
    };
  }

  async remove(sha256: Uint8Array): Promise<void> {
    this.#blobs.delete(digestKey(sha256));
  }

  async freeBytes(): Promise<number> {
    return Math.max(0, this.maxBytes - this.#usedBytes);
  }

  async *partials(): AsyncIterable<string> {
    yield* this.#partials.keys();
  }

  async *blobs(): AsyncIterable<Uint8Array> {
    for (const key of this.#blobs.keys()) yield new Uint8Array(Buffer.from(key, 'hex'));
  }

  async close(): Promise<void> {}

  get #usedBytes(): number {
    return [...this.#partials.values(), ...this.#blobs.values()].reduce((sum, { length }) => sum + length, 0);
  }

  #partial(name: string, blob: Blob): PartialBlob {
    return {
      get length() {
        return blob.length;
      },
      append: async (bytes) => {
        await this.writable;
        if (this.#usedBytes + bytes.length > this.maxBytes) throw new StorageFull();
        blob.parts.push(bytes.slice());
        blob.length += bytes.length;
      },
      digest: async () => {
        const hasher = new Bun.CryptoHasher('sha256');
        for (const part of blob.parts) hasher.update(part);
        return new Uint8Array(hasher.digest());
      },
      finish: async (sha256) => {
        this.#blobs.set(digestKey(sha256), blob);
        this.#partials.delete(name);
      },
      close: async () => {},
      drop: () => this.dropPartial(name),
    };
  }
}

/** To whole chunks, or all of it. */
function cut(blob: Blob, sizeBytes: number): Blob {
  if (blob.length === sizeBytes) return blob;
  const length = blob.length > sizeBytes ? 0 : blob.length - (blob.length % FILE_CHUNK_BYTES);
  return length === blob.length ? blob : { parts: [slice(blob, 0, length)], length };
}

function slice({ parts }: Blob, from: number, to: number): Uint8Array {
  const bytes = new Uint8Array(to - from);
  let at = 0;
  for (const part of parts) {
    const [begin, end] = [Math.max(from, at), Math.min(to, at + part.length)];
    if (begin < end) bytes.set(part.subarray(begin - at, end - at), begin - from);
    at += part.length;
  }
  return bytes;
}
