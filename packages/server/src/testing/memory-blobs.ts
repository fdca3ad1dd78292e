/** A BlobStore in memory: for tests and the simulator. Nothing in it fails by itself. */
import { FILE_CHUNK_BYTES } from '@sotto/model';
import { type BlobReader, type BlobStore, type PartialBlob, StorageFull } from '../files/blobs.ts';
import { sha256Of } from '../files/digest.ts';
import { digestKey } from '../files/keys.ts';

export class MemoryBlobs implements BlobStore {
  /** Beyond this there is no room; may be changed. */
  maxBytes = Number.POSITIVE_INFINITY;
  readonly #partials = new Map<string, Uint8Array>();
  readonly #blobs = new Map<string, Uint8Array>();

  async openPartial(name: string, sizeBytes: number): Promise<PartialBlob> {
    const there = this.#partials.get(name) ?? new Uint8Array(0);
    const whole = there.length === sizeBytes ? sizeBytes : there.length - (there.length % FILE_CHUNK_BYTES);
    this.#partials.set(name, there.slice(0, whole > sizeBytes ? 0 : whole));
    return this.#partial(name);
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
        at = Math.min(blob.length, at + maxBytes);
        return blob.slice(from, at);
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

  #partial(name: string): PartialBlob {
    const bytes = () => this.#partials.get(name) ?? new Uint8Array(0);
    return {
      get length() {
        return bytes().length;
      },
      append: async (more) => {
        if (this.#usedBytes + more.length > this.maxBytes) throw new StorageFull();
        this.#partials.set(name, new Uint8Array(Buffer.concat([bytes(), more])));
      },
      digest: async () => sha256Of(bytes()),
      finish: async (sha256) => {
        this.#blobs.set(digestKey(sha256), bytes());
        this.#partials.delete(name);
      },
      close: async () => {},
      drop: () => this.dropPartial(name),
    };
  }
}
