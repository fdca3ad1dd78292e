import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openS3Blobs, type S3Options } from '@sotto/server/testing';
import { blobContract, content, digestOf, readAll, store } from '@sotto/server/testing/blobs';
import { needs } from '../services.ts';
import { BUCKET, KEYS, S3Server } from './s3-server.ts';

const place = needs('s3');

describe.skipIf(place === undefined)('files in S3', () => {
  const server = new S3Server(place ?? '');
  beforeAll(() => server.start());
  afterAll(() => server.remove());

  const options = (of: Partial<S3Options> = {}): S3Options => ({
    bucket: BUCKET,
    prefix: randomUUID(),
    ...KEYS,
    sessionToken: undefined,
    region: undefined,
    endpoint: server.endpoint,
    directory: join(server.directory, randomUUID()),
    ...of,
  });

  const failure = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      () => 'nothing',
      (error: unknown) => error,
    );

  blobContract({
    name: 'S3',
    runs: 10,
    async create() {
      const of = options();
      return {
        open: () => openS3Blobs(of),
        remove: async () => rmSync(of.directory, { recursive: true }),
      };
    },
  });

  test('[BLOB-8] F1 a file of many parts is sent and read in pieces, and nothing of it stays here', async () => {
    const of = options({ prefix: '' });
    const blobs = await openS3Blobs(of);
    const bytes = content(20 * 1024 * 1024 + 17);
    const sha256 = await store(blobs, bytes);
    expect(existsSync(join(of.directory, 'partial', 'a'))).toBe(false);
    const read = await readAll(blobs, sha256, 64 * 1024, 1_000_000);
    expect(read?.equals(bytes.subarray(64 * 1024))).toBe(true);
    await blobs.remove(sha256);
    expect(await readAll(blobs, sha256)).toBeUndefined();
    await blobs.close();
  });

  test('[BLOB-8] F1 one bucket serves several places, each with its own files', async () => {
    const [one, other] = await Promise.all([
      openS3Blobs(options({ prefix: 'a' })),
      openS3Blobs(options({ prefix: 'a/blobs/b' })),
    ]);
    const sha256 = await store(one, content(9));
    await store(other, content(10));
    expect((await Array.fromAsync(one.blobs())).map((found) => found.toHex())).toEqual([sha256.toHex()]);
    expect(await other.open(sha256, 0)).toBeUndefined();
  });

  test('[BLOB-9] O3 what is wrong is said at once, without keys', async () => {
    const secretAccessKey = 'wJalrXUtnFEMI-not-ours';
    const wrong = [
      { secretAccessKey },
      { accessKeyId: 'AKIDNOBODY', secretAccessKey },
      { bucket: 'nobody-has-it' },
      { endpoint: 'http://127.0.0.1:1' },
    ];
    for (const of of wrong) {
      const error = await failure(openS3Blobs(options(of)));
      expect(error).toMatchObject({
        name: 'BlobFailure',
        message: expect.stringContaining('S3 storage could not'),
      });
      const told = Bun.inspect(error, { depth: 9 });
      for (const secret of [secretAccessKey, 'AKIDNOBODY', KEYS.accessKeyId])
        expect(told).not.toContain(secret);
    }
  });

  test('[BLOB-9] F3 a file that S3 did not take stays here, and is sent when S3 is there again', async () => {
    const of = options();
    const blobs = await openS3Blobs(of);
    const bytes = content(100_000);
    const sha256 = digestOf(bytes);
    await server.stop();
    const partial = await blobs.openPartial('a', bytes.length);
    await partial.append(bytes);
    for (const refused of [partial.finish(sha256), blobs.open(sha256, 0), blobs.remove(sha256)])
      expect(await failure(refused)).toMatchObject({ name: 'BlobFailure' });
    await partial.close();
    await blobs.close();
    await server.start();
    const again = await openS3Blobs({ ...of, endpoint: server.endpoint });
    const resumed = await again.openPartial('a', bytes.length);
    expect(resumed.length).toBe(bytes.length);
    await resumed.finish(sha256);
    expect((await readAll(again, sha256))?.equals(bytes)).toBe(true);
    await again.close();
  });

  test('[BLOB-5] F1 files are listed page by page, and nothing else that lies there', async () => {
    const of = options({ listedAtOnce: 3 });
    const blobs = await openS3Blobs(of);
    const sha256s = await Promise.all(
      Array.from({ length: 8 }, (_, at) => store(blobs, content(9, at + 1), `a${at}`)),
    );
    const client = new Bun.S3Client({ bucket: BUCKET, ...KEYS, endpoint: server.endpoint });
    for (const name of ['0', 'note', 'z'.repeat(64)]) await client.write(`${of.prefix}/blobs/${name}`, 'x');
    const listed = (await Array.fromAsync(blobs.blobs())).map((found) => found.toHex());
    expect(listed.sort()).toEqual(sha256s.map((sha256) => sha256.toHex()).sort());
    await blobs.close();
  });

  test('[BLOB-6] F1 uploads under way are private files of this machine', async () => {
    const of = options();
    mkdirSync(of.directory, { mode: 0o755 });
    const blobs = await openS3Blobs(of);
    await (await blobs.openPartial('a', 9)).close();
    const { stdout } = Bun.spawnSync([
      'stat',
      '-c',
      '%a',
      join(of.directory, 'partial'),
      join(of.directory, 'partial', 'a'),
    ]);
    expect(stdout.toString()).toBe('700\n600\n');
    await blobs.close();
  });
});
