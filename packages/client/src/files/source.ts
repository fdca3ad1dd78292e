/** The bytes of a file that is sent: hashed once, and read again as they leave. */
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { Hasher } from '../environment.ts';
import type { FileSource } from '../types.ts';

/** Read at once: some chunks, so that slow readers are asked rarely. */
const BLOCK_BYTES = 512 * 1024;

export class Source {
  readonly sizeBytes: number;
  readonly #blob: Blob;
  #block: { offset: number; bytes: Uint8Array } | undefined;

  constructor(blob: Blob) {
    this.#blob = blob;
    this.sizeBytes = blob.size;
  }

  /** `onBytes` is told how much of it was hashed. */
  async hash(hasher: Hasher, onBytes: (bytes: number) => void, signal: AbortSignal): Promise<void> {
    for (let offset = 0; offset < this.sizeBytes; offset += BLOCK_BYTES) {
      signal.throwIfAborted();
      const bytes = await this.#slice(offset, BLOCK_BYTES);
      hasher.update(bytes);
      onBytes(offset + bytes.length);
    }
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const held = this.#block;
    const from = held === undefined ? -1 : offset - held.offset;
    if (held !== undefined && from >= 0 && from + length <= held.bytes.length) {
      return held.bytes.subarray(from, from + length);
    }
    const bytes = await this.#slice(offset, Math.max(length, BLOCK_BYTES));
    this.#block = { offset, bytes };
    return bytes.subarray(0, length);
  }

  /** Rejects with FILE_CORRUPT where the file is shorter than it was. */
  async #slice(offset: number, length: number): Promise<Uint8Array> {
    const end = Math.min(this.sizeBytes, offset + length);
    const bytes = new Uint8Array(await this.#blob.slice(offset, end).arrayBuffer().catch(unreadable));
    if (bytes.length === end - offset) return bytes;
    throw new SottoError(ErrorCode.FILE_CORRUPT, 'the file changed while it was read');
  }
}

/** What the system calls it says little to people, and browsers call it something else. */
function unreadable(cause: unknown): never {
  throw new Error('the file cannot be read any more: it was moved, deleted or locked', { cause });
}

export async function toBlob(source: FileSource, signal: AbortSignal): Promise<Blob> {
  if (source instanceof Blob) return source;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const reader = source.getReader();
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await reader.read();
      if (done) return new Blob(parts);
      parts.push(Uint8Array.from(value));
    }
  } catch (error) {
    await reader.cancel(error).catch(() => {});
    throw error;
  }
}
