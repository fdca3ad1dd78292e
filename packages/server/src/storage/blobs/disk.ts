/**
 * Files on local disk: `blobs/ab/<digest>` for those that are whole, `partial/<name>` for those under way. A name in
 * `blobs` is there only with all of its bytes behind it: they are on the disk before the name is [BLOB-1].
 */
import { constants } from 'node:fs';
import { type FileHandle, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BlobReader, BlobStore } from '../../files/blobs.ts';
import { isMissing, syncDirectory } from '../../system-files.ts';
import { freeBytesIn, makeDirectory, namesIn, removeFile } from './directories.ts';
import { BlobFailure, diskFailure, onDisk } from './failures.ts';
import { blobName, digestNamed } from './names.ts';
import { type NamedFile, OpenFiles } from './open-files.ts';
import { Partials } from './partials.ts';
import { Slots } from './slots.ts';

const READ_ONLY = constants.O_RDONLY | constants.O_NOFOLLOW;
/** Files that are put into their place, or removed from it: each has a directory open meanwhile. */
const MOVES_AT_ONCE = 16;
const SHELF = /^[0-9a-f]{2}$/;

export interface DiskOptions {
  directory: string;
  openFilesMax?: number;
}

/** Makes the directory where it is missing. Rejects with BlobFailure or StorageFull, as do all methods. */
export async function openDiskBlobs({ directory, openFilesMax }: DiskOptions): Promise<BlobStore> {
  return onDisk(directory, async () => {
    const files = new OpenFiles(openFilesMax);
    const partials = await Partials.open(directory, files);
    await makeDirectory(join(directory, 'blobs'));
    return new DiskBlobs(directory, files, partials);
  });
}

class DiskBlobs implements BlobStore {
  readonly #directory: string;
  readonly #files: OpenFiles;
  readonly #partials: Partials;
  readonly #moves = new Slots(MOVES_AT_ONCE);

  constructor(directory: string, files: OpenFiles, partials: Partials) {
    this.#directory = directory;
    this.#files = files;
    this.#partials = partials;
  }

  openPartial(name: string, sizeBytes: number) {
    return this.#partials.openPartial(name, sizeBytes, (path, sha256) =>
      this.#moves.take(() => this.#publish(path, sha256)),
    );
  }

  dropPartial(name: string): Promise<void> {
    return this.#partials.drop(name);
  }

  async open(sha256: Uint8Array, offset: number): Promise<BlobReader | undefined> {
    const file = { path: this.#path(sha256), flags: READ_ONLY };
    try {
      const isFile = await this.#files.use(file, async (handle) => (await handle.stat()).isFile());
      if (!isFile) throw new BlobFailure(`${file.path} is no file`);
      return new FileReader(this.#files, file, offset);
    } catch (error) {
      await this.#files.release(file);
      if (isMissing(error)) return undefined;
      throw diskFailure(error, file.path);
    }
  }

  remove(sha256: Uint8Array): Promise<void> {
    const path = this.#path(sha256);
    return onDisk(path, () =>
      this.#moves.take(async () => {
        if (await removeFile(path)) await syncDirectory(dirname(path));
      }),
    );
  }

  freeBytes(): Promise<number> {
    return freeBytesIn(this.#directory);
  }

  partials(): AsyncIterable<string> {
    return this.#partials.names();
  }

  async *blobs(): AsyncIterable<Uint8Array> {
    const directory = join(this.#directory, 'blobs');
    for await (const shelf of namesIn(directory)) {
      if (!SHELF.test(shelf)) continue;
      for await (const name of namesIn(join(directory, shelf))) {
        const sha256 = name.startsWith(shelf) ? digestNamed(name) : undefined;
        if (sha256 !== undefined) yield sha256;
      }
    }
  }

  close(): Promise<void> {
    return this.#files.close();
  }

  /** Its bytes are on the disk. */
  async #publish(path: string, sha256: Uint8Array): Promise<void> {
    const place = this.#path(sha256);
    await makeDirectory(dirname(place));
    await rename(path, place);
    await syncDirectory(dirname(place));
    await syncDirectory(dirname(path));
  }

  #path(sha256: Uint8Array): string {
    const name = blobName(sha256);
    return join(this.#directory, 'blobs', name.slice(0, 2), name);
  }
}

class FileReader implements BlobReader {
  readonly #files: OpenFiles;
  readonly #file: NamedFile;
  #position: number;
  #buffer = new Uint8Array(0);

  constructor(files: OpenFiles, file: NamedFile, offset: number) {
    this.#files = files;
    this.#file = file;
    this.#position = offset;
  }

  next(maxBytes: number): Promise<Uint8Array> {
    if (this.#buffer.length < maxBytes) this.#buffer = new Uint8Array(maxBytes);
    const bytes = this.#buffer.subarray(0, maxBytes);
    return onDisk(this.#file.path, async () => {
      const length = await this.#files.use(this.#file, (handle) => readAll(handle, bytes, this.#position));
      this.#position += length;
      return bytes.subarray(0, length);
    });
  }

  close(): Promise<void> {
    return this.#files.release(this.#file);
  }
}

async function readAll(handle: FileHandle, bytes: Uint8Array, from: number): Promise<number> {
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await handle.read(bytes, length, bytes.length - length, from + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}
