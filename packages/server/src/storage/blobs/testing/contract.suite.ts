/** What every place for the bytes of files does, sentence by sentence of files/blobs.ts. */
import { describe, expect, test } from 'bun:test';
import { FILE_CHUNK_BYTES } from '@sotto/model';
import fc from 'fast-check';
import type { BlobStore } from '../../../files/blobs.ts';

/** An empty place that may be opened again. */
export interface BlobPlace {
  open(): Promise<BlobStore>;
  remove(): Promise<void>;
}

export interface BlobBackend {
  name: string;
  create(): Promise<BlobPlace>;
  /** Where each step waits for another machine, fewer of them are random. */
  runs: number;
}

async function withBlobs(backend: BlobBackend, run: (blobs: BlobStore, place: BlobPlace) => Promise<void>) {
  const place = await backend.create();
  try {
    const blobs = await place.open();
    try {
      await run(blobs, place);
    } finally {
      await blobs.close();
    }
  } finally {
    await place.remove();
  }
}

/** `length` bytes that differ everywhere, and from those of another seed. */
export function content(length: number, seed = 1): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = seed;
  for (let index = 0; index < words.length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    words[index] = state;
  }
  return new Uint8Array(words.buffer, 0, length);
}

export const digestOf = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(new Bun.CryptoHasher('sha256').update(bytes).digest());

/** Stored as an upload stores it. */
export async function store(blobs: BlobStore, bytes: Uint8Array, name = 'a'): Promise<Uint8Array> {
  const partial = await blobs.openPartial(name, bytes.length);
  for (let at = partial.length; at < bytes.length; at += FILE_CHUNK_BYTES)
    await partial.append(bytes.subarray(at, at + FILE_CHUNK_BYTES));
  const sha256 = await partial.digest();
  await partial.finish(sha256);
  return sha256;
}

export async function readAll(blobs: BlobStore, sha256: Uint8Array, offset = 0, step = FILE_CHUNK_BYTES) {
  const reader = await blobs.open(sha256, offset);
  if (reader === undefined) return undefined;
  const parts: Uint8Array[] = [];
  for (;;) {
    const part = (await reader.next(step)).slice();
    if (part.length === 0) break;
    parts.push(part);
  }
  await reader.close();
  return Buffer.concat(parts);
}

const all = async <T>(of: AsyncIterable<T>): Promise<T[]> => Array.fromAsync(of);
const hexes = async (of: AsyncIterable<Uint8Array>) => (await all(of)).map((bytes) => bytes.toHex()).sort();

export function blobContract(backend: BlobBackend): void {
  describe(`blobs on ${backend.name}`, () => {
    test('[BLOB-1] what was finished is there, whole, and the partial is gone', () =>
      withBlobs(backend, async (blobs) => {
        const bytes = content(3 * FILE_CHUNK_BYTES + 77);
        const sha256 = await store(blobs, bytes);
        expect(sha256.toHex()).toBe(digestOf(bytes).toHex());
        expect(await all(blobs.partials())).toEqual([]);
        expect(await hexes(blobs.blobs())).toEqual([sha256.toHex()]);
        expect((await readAll(blobs, sha256))?.equals(bytes)).toBe(true);
      }));

    test('[BLOB-1] nothing is there under a digest before it was finished', () =>
      withBlobs(backend, async (blobs) => {
        const bytes = content(FILE_CHUNK_BYTES);
        const partial = await blobs.openPartial('a', bytes.length);
        await partial.append(bytes);
        expect(await blobs.open(digestOf(bytes), 0)).toBeUndefined();
        expect(await hexes(blobs.blobs())).toEqual([]);
        expect(await all(blobs.partials())).toEqual(['a']);
        await partial.close();
      }));

    test('[BLOB-2] an upload goes on where whole chunks end, and knows its digest again', () =>
      withBlobs(backend, async (blobs, place) => {
        const bytes = content(4 * FILE_CHUNK_BYTES + 5);
        const first = await blobs.openPartial('a', bytes.length);
        await first.append(bytes.subarray(0, 2 * FILE_CHUNK_BYTES));
        await first.append(bytes.subarray(2 * FILE_CHUNK_BYTES, 2 * FILE_CHUNK_BYTES + 100));
        await first.close();
        const again = await place.open();
        const second = await again.openPartial('a', bytes.length);
        expect(second.length).toBe(2 * FILE_CHUNK_BYTES);
        await second.append(bytes.subarray(second.length));
        expect((await second.digest()).toHex()).toBe(digestOf(bytes).toHex());
        await second.close();
        const third = await again.openPartial('a', bytes.length);
        expect(third.length).toBe(bytes.length);
        expect((await third.digest()).toHex()).toBe(digestOf(bytes).toHex());
        await third.finish(digestOf(bytes));
        expect((await readAll(again, digestOf(bytes)))?.equals(bytes)).toBe(true);
        await again.close();
      }));

    test('[BLOB-2] what is longer than the upload says is cut off whole', () =>
      withBlobs(backend, async (blobs) => {
        const partial = await blobs.openPartial('a', 3 * FILE_CHUNK_BYTES);
        await partial.append(content(2 * FILE_CHUNK_BYTES));
        await partial.close();
        const shorter = await blobs.openPartial('a', FILE_CHUNK_BYTES + 1);
        expect(shorter.length).toBe(0);
        expect((await shorter.digest()).toHex()).toBe(digestOf(new Uint8Array()).toHex());
        await shorter.close();
      }));

    test('[BLOB-2] what is dropped leaves nothing; dropping what is not there does nothing', () =>
      withBlobs(backend, async (blobs) => {
        const partial = await blobs.openPartial('a', 10);
        await partial.append(content(10));
        await partial.drop();
        await (await blobs.openPartial('b', 10)).close();
        await blobs.dropPartial('b');
        await blobs.dropPartial('b');
        expect(await all(blobs.partials())).toEqual([]);
        expect((await blobs.openPartial('a', 10)).length).toBe(0);
      }));

    test('[BLOB-1] the same file may be stored twice, and read meanwhile', () =>
      withBlobs(backend, async (blobs) => {
        const bytes = content(2 * FILE_CHUNK_BYTES);
        const sha256 = await store(blobs, bytes, 'a');
        const reader = await blobs.open(sha256, 0);
        const start = (await reader?.next(FILE_CHUNK_BYTES))?.slice();
        await store(blobs, bytes, 'b');
        const end = await reader?.next(2 * FILE_CHUNK_BYTES);
        await reader?.close();
        expect(Buffer.concat([start ?? start, end ?? end].flatMap((part) => part ?? [])).equals(bytes)).toBe(
          true,
        );
        expect(await hexes(blobs.blobs())).toEqual([sha256.toHex()]);
      }));

    test('[BLOB-3] what is removed is gone; removing what is not there does nothing', () =>
      withBlobs(backend, async (blobs) => {
        const kept = await store(blobs, content(100, 1));
        const gone = await store(blobs, content(100, 2));
        await blobs.remove(gone);
        await blobs.remove(gone);
        await blobs.remove(digestOf(content(100, 3)));
        expect(await blobs.open(gone, 0)).toBeUndefined();
        expect(await hexes(blobs.blobs())).toEqual([kept.toHex()]);
      }));

    test('[BLOB-4] a reader goes on from any offset in steps of any size, and ends at the end', () =>
      withBlobs(backend, async (blobs) => {
        const bytes = content(5 * FILE_CHUNK_BYTES + 123);
        const sha256 = await store(blobs, bytes);
        const drawn = fc.asyncProperty(
          fc.integer({ min: 0, max: bytes.length + 10 }),
          fc.integer({ min: 1_000, max: 3 * FILE_CHUNK_BYTES }),
          async (offset, step) => {
            expect((await readAll(blobs, sha256, offset, step))?.equals(bytes.subarray(offset))).toBe(true);
          },
        );
        await fc.assert(drawn, { numRuns: backend.runs });
        const reader = await blobs.open(sha256, bytes.length - 1);
        expect(await reader?.next(9)).toHaveLength(1);
        expect(await reader?.next(9)).toHaveLength(0);
        expect(await reader?.next(9)).toHaveLength(0);
        await reader?.close();
      }));

    test('[BLOB-4] an empty file is a file', () =>
      withBlobs(backend, async (blobs) => {
        const sha256 = await store(blobs, new Uint8Array());
        expect(await readAll(blobs, sha256)).toHaveLength(0);
        expect(await hexes(blobs.blobs())).toEqual([sha256.toHex()]);
      }));

    test('[BLOB-4] many transfers at a time do not mix', () =>
      withBlobs(backend, async (blobs) => {
        const files = Array.from({ length: 12 }, (_, index) =>
          content(FILE_CHUNK_BYTES + 1_000 * index, index + 1),
        );
        const digests = await Promise.all(files.map((bytes, index) => store(blobs, bytes, `a${index}`)));
        const read = await Promise.all(digests.map((sha256) => readAll(blobs, sha256, 0, 10_000)));
        expect(read.map((bytes) => bytes && digestOf(bytes).toHex())).toEqual(
          digests.map((sha256) => sha256.toHex()),
        );
        expect(await hexes(blobs.blobs())).toEqual(digests.map((sha256) => sha256.toHex()).sort());
      }));

    test('[BLOB-5] it says how much room there is', () =>
      withBlobs(backend, async (blobs) => {
        expect(await blobs.freeBytes()).toBeGreaterThan(0);
      }));
  });
}
