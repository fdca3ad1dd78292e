/**
 * Files in storage that speaks S3: `<prefix>/blobs/<digest>`. An upload is gathered on local disk and sent there in parts
 * when it is whole; S3 shows an object only when all of it is there [BLOB-1].
 */
import { S3Client, type S3File } from 'bun';
import type { BlobReader, BlobStore } from '../../files/blobs.ts';
import type { S3Access } from '../../files/settings.ts';
import { freeBytesIn, removeFile } from './directories.ts';
import { BlobFailure, onDisk } from './failures.ts';
import { blobName, digestNamed } from './names.ts';
import { OpenFiles } from './open-files.ts';
import { Partials } from './partials.ts';
import { ask, isNoSuchKey, s3Failure, uploadWithin } from './s3-calls.ts';
import { RangeReader, ReadMemory } from './s3-reader.ts';
import { Slots } from './slots.ts';

const READ_MEMORY_BYTES = 16 * 1024 * 1024;
/** The least that S3 takes as a part; of the 10,000 parts that it takes, files of up to 50 GB. */
const PART_BYTES = 5 * 1024 * 1024;
const PARTS_AT_ONCE = 1;
/** Each has some parts in memory, about 50 MiB as the runtime does it. */
const UPLOADS_AT_ONCE = 2;
const RETRIES = 3;
const LISTED_AT_ONCE = 1_000;

export interface S3Options extends S3Access {
  bucket: string;
  /** Without slashes at its ends; may be empty. */
  prefix: string;
  /** Where uploads under way are; made where it is missing. */
  directory: string;
  /** Of a page of the list. */
  listedAtOnce?: number;
}

/** Asks the bucket something, so that what is wrong with it or the keys shows here. Rejects with BlobFailure or StorageFull, as do all methods. */
export async function openS3Blobs(options: S3Options): Promise<BlobStore> {
  const { bucket, accessKeyId, secretAccessKey, sessionToken, region, endpoint, directory } = options;
  const client = new S3Client({
    bucket,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
  });
  const folder = options.prefix === '' ? 'blobs/' : `${options.prefix}/blobs/`;
  await asking(`list the bucket ${bucket}`, () => ask(() => client.list({ prefix: folder, maxKeys: 1 })));
  const files = new OpenFiles();
  return new S3Blobs({
    client,
    folder,
    directory,
    files,
    partials: await onDisk(directory, () => Partials.open(directory, files)),
    memory: new ReadMemory(READ_MEMORY_BYTES),
    uploads: new Slots(UPLOADS_AT_ONCE),
    listedAtOnce: options.listedAtOnce ?? LISTED_AT_ONCE,
  });
}

interface Parts {
  client: S3Client;
  /** Ends with a slash. */
  folder: string;
  directory: string;
  files: OpenFiles;
  partials: Partials;
  memory: ReadMemory;
  uploads: Slots;
  listedAtOnce: number;
}

class S3Blobs implements BlobStore {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  openPartial(name: string, sizeBytes: number) {
    return this.#parts.partials.openPartial(name, sizeBytes, (path, sha256, length) =>
      this.#publish(path, sha256, length),
    );
  }

  dropPartial(name: string): Promise<void> {
    return this.#parts.partials.drop(name);
  }

  open(sha256: Uint8Array, offset: number): Promise<BlobReader | undefined> {
    return asking('open a file', async () => {
      const file = this.#file(sha256);
      const size = await sizeOf(file);
      if (size === undefined) return undefined;
      return new RangeReader((start, end) => readRange(file, start, end), this.#parts.memory, size, offset);
    });
  }

  remove(sha256: Uint8Array): Promise<void> {
    return asking('remove a file', async () => {
      const file = this.#file(sha256);
      await ask(() => file.delete()).catch((error: unknown) => {
        if (!isNoSuchKey(error)) throw error;
      });
    });
  }

  freeBytes(): Promise<number> {
    return freeBytesIn(this.#parts.directory);
  }

  partials(): AsyncIterable<string> {
    return this.#parts.partials.names();
  }

  async *blobs(): AsyncIterable<Uint8Array> {
    const { client, folder, listedAtOnce } = this.#parts;
    let continuationToken: string | undefined;
    do {
      const wanted = {
        prefix: folder,
        maxKeys: listedAtOnce,
        ...(continuationToken && { continuationToken }),
      };
      const page = await asking('list its files', () => ask(() => client.list(wanted)));
      for (const { key } of page.contents ?? []) {
        const sha256 = digestNamed(key.slice(folder.length));
        if (sha256 !== undefined) yield sha256;
      }
      continuationToken = page.isTruncated === true ? page.nextContinuationToken : undefined;
    } while (continuationToken !== undefined);
  }

  close(): Promise<void> {
    return this.#parts.files.close();
  }

  /** The local file goes when S3 says that it has all of it. */
  async #publish(path: string, sha256: Uint8Array, length: number): Promise<void> {
    const { uploads } = this.#parts;
    const file = this.#file(sha256);
    await asking('take a file', async () => {
      const options = { partSize: PART_BYTES, queueSize: PARTS_AT_ONCE, retry: RETRIES };
      await uploads.take(() => uploadWithin(length, file.write(Bun.file(path), options)));
      const size = await sizeOf(file);
      if (size === length) return;
      await ask(() => file.delete()).catch(() => {});
      throw new BlobFailure(`S3 storage has ${size ?? 'none'} of the ${length} bytes that it took`);
    });
    await removeFile(path);
  }

  #file(sha256: Uint8Array): S3File {
    const { client, folder } = this.#parts;
    return client.file(`${folder}${blobName(sha256)}`, { type: 'application/octet-stream' });
  }
}

async function sizeOf(file: S3File): Promise<number | undefined> {
  try {
    return (await ask(() => file.stat())).size;
  } catch (error) {
    if (isNoSuchKey(error)) return undefined;
    throw error;
  }
}

function readRange(file: S3File, start: number, end: number): Promise<Uint8Array> {
  return asking('read a file', async () => {
    const bytes = await ask(() => file.slice(start, end).bytes());
    if (bytes.length !== end - start)
      throw new BlobFailure('S3 storage sent another range than it was asked for');
    return bytes;
  });
}

async function asking<T>(task: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw s3Failure(error, task);
  }
}
