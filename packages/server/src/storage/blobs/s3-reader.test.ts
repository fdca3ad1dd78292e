import { describe, expect, test } from 'bun:test';
import { failure } from '../testing/fixtures.ts';
import { RangeReader, ReadMemory } from './s3-reader.ts';
import { content } from './testing/contract.suite.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const BYTES = content(5 * MIB + 3);

/** A store far away: what is asked is answered when the test says so. */
class Far {
  readonly asked: {
    start: number;
    end: number;
    answer: () => void;
    fail: (error: Error) => void;
  }[] = [];

  readonly read = (start: number, end: number): Promise<Uint8Array> => {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    const answer = () => resolve(BYTES.slice(start, end));
    this.asked.push({ start, end, answer, fail: reject });
    return promise;
  };
}

const near = async (start: number, end: number) => BYTES.slice(start, end);

describe('files in S3 are read', () => {
  test('[BLOB-8] with the next range under way while one is handed out, and never two', async () => {
    const far = new Far();
    const reader = new RangeReader(far.read, new ReadMemory(16 * MIB), BYTES.length, 0);
    expect(far.asked).toHaveLength(0);
    const first = reader.next(10);
    expect(far.asked).toMatchObject([{ start: 0, end: 64 * KIB }]);
    far.asked[0]?.answer();
    expect(await first).toEqual(BYTES.slice(0, 10));
    expect(far.asked.slice(1)).toMatchObject([{ start: 64 * KIB, end: 192 * KIB }]);
    await reader.next(64 * KIB - 10);
    expect(far.asked).toHaveLength(2);
    const second = reader.next(10);
    far.asked[1]?.answer();
    await second;
    expect(far.asked.slice(2)).toMatchObject([{ start: 192 * KIB, end: 448 * KIB }]);
    await reader.close();
  });

  test('[BLOB-8] in ranges that grow to 1 MiB, less where many read', async () => {
    const memory = new ReadMemory(16 * MIB);
    const ranges = async (readers: number) => {
      const others = Array.from({ length: readers - 1 }, () => new RangeReader(near, memory, 1, 0));
      const sizes: number[] = [];
      const measured = (start: number, end: number) => {
        sizes.push(end - start);
        return near(start, end);
      };
      const reader = new RangeReader(measured, memory, BYTES.length, 0);
      while ((await reader.next(64 * KIB)).length > 0);
      for (const one of [...others, reader, reader]) await one.close();
      return sizes.map((size) => size / KIB);
    };
    expect((await ranges(1)).slice(0, 6)).toEqual([64, 128, 256, 512, 1024, 1024]);
    expect(Math.max(...(await ranges(32)))).toBe(256);
    expect(Math.max(...(await ranges(1_000)))).toBe(64);
    expect(Math.max(...(await ranges(1)))).toBe(1024);
  });

  test('[BLOB-9] up to where it fails, which is told to whoever reads on', async () => {
    const far = new Far();
    const reader = new RangeReader(far.read, new ReadMemory(MIB), BYTES.length, 0);
    const first = reader.next(64 * KIB);
    far.asked[0]?.answer();
    expect(await first).toHaveLength(64 * KIB);
    far.asked[1]?.fail(new Error('lost'));
    // Nobody waits for it yet: it is no unhandled rejection.
    await Bun.sleep(1);
    for (const _ of [1, 2]) expect(String(await failure(reader.next(1)))).toContain('lost');
    await reader.close();
  });

  test('[BLOB-8] no further once they are closed', async () => {
    const far = new Far();
    const reader = new RangeReader(far.read, new ReadMemory(MIB), BYTES.length, 0);
    const first = reader.next(10);
    await reader.close();
    far.asked[0]?.answer();
    await first;
    expect(far.asked).toHaveLength(1);
  });
});
