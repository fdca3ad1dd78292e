/** Uploads under way: files of this machine whatever the store, each written by one caller at its end. */
import { constants } from 'node:fs';
import { type FileHandle, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FILE_CHUNK_BYTES } from '@sotto/model';
import type { PartialBlob } from '../../files/blobs.ts';
import { makeDirectory, namesIn, PRIVATE_DIRECTORY, removeFile } from './directories.ts';
import { BlobFailure, diskFailure, onDisk } from './failures.ts';
import type { NamedFile, OpenFiles } from './open-files.ts';

const { O_CREAT, O_NOFOLLOW, O_RDWR } = constants;
const NAME = /^[A-Za-z0-9]{1,128}$/;
/** What is hashed at once: well under a millisecond. */
const HASHED_AT_ONCE = 256 * 1024;

/** Puts what is in the file where blobs are, durably; the file may be moved or stay. */
export type Publish = (path: string, sha256: Uint8Array, length: number) => Promise<void>;

interface Place {
  files: OpenFiles;
  file: NamedFile;
  publish: Publish;
}

export class Partials {
  readonly #directory: string;
  readonly #files: OpenFiles;

  private constructor(directory: string, files: OpenFiles) {
    this.#directory = directory;
    this.#files = files;
  }

  /** In `root`, which is made where it is missing. */
  static async open(root: string, files: OpenFiles): Promise<Partials> {
    await mkdir(root, { recursive: true, mode: PRIVATE_DIRECTORY });
    const directory = join(root, 'partial');
    await makeDirectory(directory);
    return new Partials(directory, files);
  }

  async openPartial(name: string, sizeBytes: number, publish: Publish): Promise<PartialBlob> {
    const path = this.#path(name);
    const file = { path, flags: O_RDWR | O_CREAT | O_NOFOLLOW };
    try {
      const length = await this.#files.use(file, (handle) => cut(handle, path, sizeBytes));
      return new PartialFile(
        { files: this.#files, file: { path, flags: O_RDWR | O_NOFOLLOW }, publish },
        length,
      );
    } catch (error) {
      throw diskFailure(error, path);
    } finally {
      await this.#files.release(file);
    }
  }

  async drop(name: string): Promise<void> {
    const path = this.#path(name);
    await onDisk(path, () => removeFile(path));
  }

  async *names(): AsyncIterable<string> {
    for await (const name of namesIn(this.#directory)) if (NAME.test(name)) yield name;
  }

  #path(name: string): string {
    if (!NAME.test(name))
      throw new BlobFailure('the name of an upload has other signs than letters and digits');
    return join(this.#directory, name);
  }
}

/** Leaves whole chunks, or all of it; answers how much that is. */
async function cut(handle: FileHandle, path: string, sizeBytes: number): Promise<number> {
  const found = await handle.stat();
  if (!found.isFile()) throw new BlobFailure(`${path} is no file`);
  if (found.size === sizeBytes) return sizeBytes;
  const length = found.size > sizeBytes ? 0 : found.size - (found.size % FILE_CHUNK_BYTES);
  if (length !== found.size) await handle.truncate(length);
  return length;
}

class PartialFile implements PartialBlob {
  readonly #place: Place;
  #length: number;
  #hasher = new Bun.CryptoHasher('sha256');
  /** What the hasher had; less than `length` where the file was there before. */
  #hashed = 0;
  #state: 'open' | 'closed' | 'broken' = 'open';

  constructor(place: Place, length: number) {
    this.#place = place;
    this.#length = length;
  }

  get length(): number {
    return this.#length;
  }

  async append(bytes: Uint8Array): Promise<void> {
    const at = this.#length;
    await this.#use(async (handle) => {
      try {
        await writeAll(handle, bytes, at);
      } catch (error) {
        // Nothing of it stays, or its room would stay taken.
        await handle.truncate(at).catch(() => this.#break());
        throw error;
      }
    });
    if (this.#hashed === at) {
      this.#hasher.update(bytes);
      this.#hashed += bytes.length;
    }
    this.#length = at + bytes.length;
  }

  async digest(): Promise<Uint8Array> {
    while (this.#hashed < this.#length) {
      const wanted = new Uint8Array(Math.min(HASHED_AT_ONCE, this.#length - this.#hashed));
      const { bytesRead } = await this.#use((handle) => handle.read(wanted, 0, wanted.length, this.#hashed));
      if (bytesRead === 0) throw new BlobFailure(`${this.#place.file.path} is shorter than it was`);
      this.#hasher.update(wanted.subarray(0, bytesRead));
      this.#hashed += bytesRead;
    }
    return new Uint8Array(this.#hasher.copy().digest());
  }

  async finish(sha256: Uint8Array): Promise<void> {
    const { file, publish } = this.#place;
    await this.#use(async (handle) => {
      await handle.sync().catch((error: unknown) => {
        // The system may have dropped what it could not write, and says so once.
        this.#break();
        throw error;
      });
    });
    await onDisk(file.path, () => publish(file.path, sha256, this.#length));
    await this.#end();
  }

  async close(): Promise<void> {
    if (this.#state === 'broken') return this.drop();
    await this.#end();
  }

  async drop(): Promise<void> {
    if (this.#state === 'closed') return;
    await this.#end();
    const { path } = this.#place.file;
    await onDisk(path, () => removeFile(path));
  }

  async #use<T>(work: (handle: FileHandle) => Promise<T>): Promise<T> {
    const { files, file } = this.#place;
    if (this.#state !== 'open') throw new BlobFailure(`${file.path} is ${this.#state}`);
    return onDisk(file.path, () => files.use(file, work));
  }

  #break(): void {
    this.#state = 'broken';
  }

  async #end(): Promise<void> {
    this.#state = 'closed';
    await this.#place.files.release(this.#place.file);
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, at + written);
    if (bytesWritten === 0) throw new BlobFailure('the system wrote nothing');
    written += bytesWritten;
  }
}
