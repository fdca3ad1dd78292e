import { describe, expect, test } from 'bun:test';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FILE_CHUNK_BYTES } from '@sotto/model';
import { failure } from '../testing/fixtures.ts';
import { openDiskBlobs } from './disk.ts';
import {
  type BlobBackend,
  blobContract,
  content,
  digestOf,
  readAll,
  store,
} from './testing/contract.suite.ts';

const disk = (name: string, openFilesMax?: number): BlobBackend => ({
  name,
  runs: 30,
  async create() {
    const parent = mkdtempSync(join(tmpdir(), 'sotto-blobs-'));
    const directory = join(parent, 'files');
    return {
      open: () => openDiskBlobs({ directory, ...(openFilesMax && { openFilesMax }) }),
      remove: async () => rmSync(parent, { recursive: true }),
    };
  },
});

blobContract(disk('a local disk'));
blobContract(disk('a local disk with two open files', 2));

async function inDirectory(run: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'sotto-blobs-'));
  try {
    await run(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const pathOf = (directory: string, sha256: Uint8Array): string =>
  join(directory, 'blobs', sha256.toHex().slice(0, 2), sha256.toHex());

const descriptors = (): number => readdirSync('/proc/self/fd').length;

describe('blobs on a local disk', () => {
  test('[BLOB-6] files are private to their user, and their directories', () =>
    inDirectory(async (parent) => {
      const directory = join(parent, 'made', 'files');
      const blobs = await openDiskBlobs({ directory });
      const sha256 = await store(blobs, content(9));
      await (await blobs.openPartial('a', 9)).close();
      const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
      const path = pathOf(directory, sha256);
      for (const private_ of [
        directory,
        join(directory, 'blobs'),
        join(directory, 'partial'),
        join(path, '..'),
      ])
        expect(mode(private_)).toBe('700');
      for (const private_ of [path, join(directory, 'partial', 'a')]) expect(mode(private_)).toBe('600');
      await blobs.close();
    }));

  test('[BLOB-6] a link in the place of a file is not followed', () =>
    inDirectory(async (directory) => {
      const outside = join(directory, 'outside');
      writeFileSync(outside, 'not ours');
      const blobs = await openDiskBlobs({ directory: join(directory, 'files') });
      symlinkSync(outside, join(directory, 'files', 'partial', 'a'));
      expect(await failure(blobs.openPartial('a', 100))).toMatchObject({ name: 'BlobFailure' });
      const sha256 = digestOf(content(5));
      mkdirSync(join(pathOf(join(directory, 'files'), sha256), '..'));
      symlinkSync(outside, pathOf(join(directory, 'files'), sha256));
      expect(await failure(blobs.open(sha256, 0))).toMatchObject({ name: 'BlobFailure' });
      await store(blobs, content(5), 'b');
      expect((await readAll(blobs, sha256))?.equals(content(5))).toBe(true);
      await blobs.dropPartial('a');
      expect(readFileSync(outside, 'utf8')).toBe('not ours');
      await blobs.close();
    }));

  test('[BLOB-2] names of uploads are letters and digits: nothing leads elsewhere', () =>
    inDirectory(async (directory) => {
      const blobs = await openDiskBlobs({ directory });
      for (const name of ['', '..', '../a', 'a/b', '/etc/passwd', 'a\0b', 'ä', 'a'.repeat(129)]) {
        expect(await failure(blobs.openPartial(name, 1))).toMatchObject({ name: 'BlobFailure' });
        expect(await failure(blobs.dropPartial(name))).toMatchObject({ name: 'BlobFailure' });
      }
      for (const sha256 of [new Uint8Array(), new Uint8Array(31), new Uint8Array(33)])
        expect(await failure(blobs.open(sha256, 0))).toMatchObject({ name: 'BlobFailure' });
      await blobs.close();
    }));

  test('[BLOB-6] what is in the way is named', () =>
    inDirectory(async (directory) => {
      writeFileSync(join(directory, 'file'), '');
      expect(await failure(openDiskBlobs({ directory: join(directory, 'file') }))).toMatchObject({
        name: 'BlobFailure',
        message: expect.stringContaining(join(directory, 'file')),
        path: join(directory, 'file'),
        code: 'EEXIST',
      });
      mkdirSync(join(directory, 'files'));
      symlinkSync('/tmp', join(directory, 'files', 'blobs'));
      expect(await failure(openDiskBlobs({ directory: join(directory, 'files') }))).toMatchObject({
        name: 'BlobFailure',
        message: expect.stringContaining('is no directory'),
      });
      const blobs = await openDiskBlobs({ directory: join(directory, 'others') });
      mkdirSync(join(directory, 'others', 'partial', 'a'));
      expect(await failure(blobs.openPartial('a', 1))).toMatchObject({ name: 'BlobFailure' });
      await blobs.close();
    }));

  test('[BLOB-5] what else lies in its directories is none of its business', () =>
    inDirectory(async (directory) => {
      const blobs = await openDiskBlobs({ directory });
      const sha256 = await store(blobs, content(5));
      for (const name of ['lost+found', 'ab', 'zz'])
        mkdirSync(join(directory, 'blobs', name), { recursive: true });
      writeFileSync(join(directory, 'blobs', 'note'), '');
      writeFileSync(join(directory, 'blobs', 'ab', 'f'.repeat(64)), '');
      writeFileSync(join(directory, 'partial', '.hidden'), '');
      expect((await Array.fromAsync(blobs.blobs())).map((one) => one.toHex())).toEqual([sha256.toHex()]);
      expect(await Array.fromAsync(blobs.partials())).toEqual([]);
      await blobs.close();
    }));

  test('[BLOB-6] a list that cannot be read is an error that names the path', () =>
    inDirectory(async (directory) => {
      const blobs = await openDiskBlobs({ directory });
      for (const [name, list] of [
        ['blobs', blobs.blobs()],
        ['partial', blobs.partials()],
      ] as const) {
        rmSync(join(directory, name), { recursive: true });
        expect(await failure(Array.fromAsync<unknown>(list))).toMatchObject({
          name: 'BlobFailure',
          message: expect.stringContaining(join(directory, name)),
        });
      }
      await blobs.close();
    }));

  test('[BLOB-7] hundreds of transfers have few files open, and none when they have ended', () =>
    inDirectory(async (directory) => {
      const blobs = await openDiskBlobs({ directory, openFilesMax: 8 });
      const bytes = content(2 * FILE_CHUNK_BYTES);
      const sha256 = await store(blobs, bytes);
      const before = descriptors();
      const partials = await Promise.all(
        Array.from({ length: 100 }, (_, index) => blobs.openPartial(`a${index}`, bytes.length)),
      );
      const readers = await Promise.all(partials.map(() => blobs.open(sha256, FILE_CHUNK_BYTES)));
      let most = 0;
      const counted = async <T>(work: Promise<T>): Promise<T> => {
        const result = await work;
        most = Math.max(most, descriptors() - before);
        return result;
      };
      for (const at of [0, FILE_CHUNK_BYTES])
        await Promise.all(
          partials.map((partial) => counted(partial.append(bytes.subarray(at, at + FILE_CHUNK_BYTES)))),
        );
      const read = await Promise.all(readers.map((reader) => counted(reader?.next(9) ?? Promise.reject())));
      expect(
        read.every((part) => Buffer.from(part).equals(bytes.subarray(FILE_CHUNK_BYTES).subarray(0, 9))),
      ).toBe(true);
      // One more is open for the moment that its directory takes.
      expect(most).toBeGreaterThan(0);
      expect(most).toBeLessThanOrEqual(9);
      for (const partial of partials) expect((await partial.digest()).toHex()).toBe(sha256.toHex());
      await Promise.all(partials.map((partial) => partial.drop()));
      await Promise.all(readers.map((reader) => reader?.close()));
      expect(descriptors()).toBe(before);
      await blobs.close();
    }));

  test('[BLOB-6] a disk that refuses to be written leaves the upload as it was', () =>
    inDirectory(async (directory) => {
      const blobs = await openDiskBlobs({ directory });
      const bytes = content(FILE_CHUNK_BYTES);
      const partial = await blobs.openPartial('a', bytes.length);
      await partial.append(bytes);
      const shelf = join(pathOf(directory, digestOf(bytes)), '..');
      // A file where the directory should be.
      writeFileSync(shelf, '');
      expect(await failure(partial.finish(digestOf(bytes)))).toMatchObject({ name: 'BlobFailure' });
      rmSync(shelf);
      await partial.finish(digestOf(bytes));
      expect(existsSync(join(directory, 'partial', 'a'))).toBe(false);
      expect((await readAll(blobs, digestOf(bytes)))?.equals(bytes)).toBe(true);
      await blobs.close();
    }));
});
