/**
 * A file that is being fetched: in a hidden directory of its own beside the place where it goes, named by its digest, so that a
 * later attempt goes on with it [SAVE-2]. One process at a time has it.
 */
import { constants, openAsBlob } from 'node:fs';
import { type FileHandle, link, lstat, mkdir, open, rename, rm, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FILE_CHUNK_BYTES } from '@sotto/model';
import { ProfileInUse } from '../errors.ts';
import { lockDirectory } from '../stores/lock.ts';
import { syncDirectory, systemCode } from '../stores/system-files.ts';
import { LocalFileError } from './errors.ts';

const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;
/** Not there on Windows, whose links need rights that others lack. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
/** File systems without links. */
const NO_LINKS: ReadonlySet<string> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'EXDEV',
]);

export const partDirectory = (directory: string, sha256: string): string =>
  join(directory, `.${sha256}.part`);

export class Part {
  readonly #directory: string;
  readonly #unlock: () => Promise<void>;
  readonly #file: FileHandle;
  #bytes: number;

  private constructor(directory: string, unlock: () => Promise<void>, file: FileHandle, bytes: number) {
    this.#directory = directory;
    this.#unlock = unlock;
    this.#file = file;
    this.#bytes = bytes;
  }

  /** Of a file of `sizeBytes`; with what an earlier attempt left, in whole chunks. */
  static async open(directory: string, sizeBytes: number): Promise<Part> {
    const unlock = await lock(directory);
    try {
      const file = await openOwn(dataOf(directory));
      const { size } = await file.stat();
      const isWhole = size === sizeBytes;
      const bytes = size > sizeBytes ? 0 : isWhole ? size : size - (size % FILE_CHUNK_BYTES);
      await file.truncate(bytes);
      return new Part(directory, unlock, file, bytes);
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** What is there. */
  async blob(): Promise<Blob> {
    const blob = await openAsBlob(dataOf(this.#directory));
    return blob.slice(0, this.#bytes);
  }

  async append(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, this.#bytes + done);
      done += bytesWritten;
    }
    this.#bytes += bytes.length;
  }

  async empty(): Promise<void> {
    await this.#file.truncate(0);
    this.#bytes = 0;
  }

  /** It is whole: it gets the first of these names that nothing has, and its part is gone. Resolves with the path. */
  async publish(paths: Iterable<string>): Promise<string> {
    await this.#file.sync();
    await this.#file.close();
    for (const path of paths) {
      if (!(await take(dataOf(this.#directory), path))) continue;
      await syncDirectory(dirname(path));
      await this.drop();
      return path;
    }
    throw new Error('no name is free');
  }

  /** For a later attempt, unless there is nothing in it. */
  async keep(): Promise<void> {
    if (this.#bytes === 0) return this.drop();
    await this.#file.close().catch(() => {});
    await this.#unlock();
  }

  async drop(): Promise<void> {
    await this.#file.close().catch(() => {});
    await rm(this.#directory, { recursive: true, force: true });
  }
}

const dataOf = (directory: string): string => join(directory, 'data');

async function lock(directory: string): Promise<() => Promise<void>> {
  await mkdir(directory, { mode: DIRECTORY_MODE }).catch((error) => {
    if (systemCode(error) !== 'EEXIST') throw error;
  });
  // Somebody else's link would lead the file elsewhere.
  if (!(await lstat(directory)).isDirectory()) throw new LocalFileError('notADirectory', directory);
  try {
    return await lockDirectory(directory);
  } catch (error) {
    if (error instanceof ProfileInUse) throw new LocalFileError('inUse', directory, { cause: error });
    throw error;
  }
}

/** A file of ours alone: no link to another one, and no other name for it, which a crash may have left of a finished one. */
async function openOwn(path: string): Promise<FileHandle> {
  const flags = constants.O_RDWR | constants.O_CREAT | NO_FOLLOW;
  const found = await lstat(path).catch(() => undefined);
  if (found !== undefined && (!found.isFile() || found.nlink > 1)) await unlink(path);
  return open(path, flags, FILE_MODE);
}

/** Never replaces anything; false where there is something by that name. */
async function take(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    if (!NO_LINKS.has(systemCode(error))) throw error;
  }
  return moveTo(from, to);
}

/** Where there are no links: an empty file keeps the name, and is replaced. */
async function moveTo(from: string, to: string): Promise<boolean> {
  try {
    await (await open(to, 'wx', FILE_MODE)).close();
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    await unlink(to).catch(() => {});
    throw error;
  }
}
