/** What S3 says wrongly or unkindly; that it works is tried in tests/storage against a server of somebody else's. */
import { expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BlobStore } from '../../files/blobs.ts';
import { failure } from '../testing/fixtures.ts';
import { openS3Blobs } from './s3.ts';
import { content, digestOf } from './testing/contract.suite.ts';

const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI' };
const LISTED = `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><Name>b</Name><KeyCount>0</KeyCount>
  <MaxKeys>1</MaxKeys><IsTruncated>false</IsTruncated></ListBucketResult>`;
const refusal = (code: string) =>
  new Response(
    `<?xml version="1.0"?><Error><Code>${code}</Code><Message>not ${KEYS.secretAccessKey} of ${KEYS.accessKeyId}</Message></Error>`,
    { status: 403, headers: { 'content-type': 'application/xml' } },
  );

type Answer = (request: Request, isList: boolean) => Response | undefined | Promise<Response | undefined>;

/** Against a server that takes everything, but for what `answer` says. */
async function withS3(answer: Answer, run: (blobs: BlobStore) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'sotto-s3-'));
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const isList = new URL(request.url).searchParams.has('list-type');
      await request.arrayBuffer();
      return (await answer(request, isList)) ?? new Response(isList ? LISTED : '');
    },
  });
  const none = { prefix: '', sessionToken: undefined, region: undefined };
  const endpoint = `http://127.0.0.1:${server.port}`;
  try {
    const blobs = await openS3Blobs({ bucket: 'b', ...KEYS, ...none, endpoint, directory });
    await run(blobs);
    await blobs.close();
  } finally {
    await server.stop(true);
    rmSync(directory, { recursive: true });
  }
}

const bytes = content(1_000);
const sha256 = digestOf(bytes);

test('[BLOB-8] F1: a file of which S3 has another size is not stored, and stays here', async () => {
  const removed: string[] = [];
  const shorter: Answer = ({ method, url }) => {
    if (method === 'DELETE') removed.push(new URL(url).pathname);
    return method === 'HEAD' ? new Response('x'.repeat(999)) : undefined;
  };
  await withS3(shorter, async (blobs) => {
    const partial = await blobs.openPartial('a', bytes.length);
    await partial.append(bytes);
    expect(await failure(partial.finish(sha256))).toMatchObject({
      name: 'BlobFailure',
      message: 'S3 storage has 999 of the 1000 bytes that it took',
    });
    expect(removed).toEqual([`/b/blobs/${sha256.toHex()}`]);
    await partial.close();
    expect(await Array.fromAsync(blobs.partials())).toEqual(['a']);
  });
});

test('[BLOB-9] O3: what S3 says of keys is told to nobody, and what is final is asked once', async () => {
  let asked = 0;
  const refuse: Answer = ({ method }) => {
    if (method !== 'GET' && method !== 'PUT') return undefined;
    asked++;
    return refusal('SignatureDoesNotMatch');
  };
  const error = await failure(withS3(refuse, async () => {}));
  expect(error).toMatchObject({
    name: 'BlobFailure',
    message: 'S3 storage could not list the bucket b (SignatureDoesNotMatch)',
  });
  expect(asked).toBe(1);
  const told = Bun.inspect(error, { depth: 9 });
  for (const key of Object.values(KEYS)) expect(told).not.toContain(key);
});

test('[BLOB-9] F3: what may pass is asked again', async () => {
  let asked = 0;
  const twice: Answer = (_, isList) => (isList && ++asked < 3 ? refusal('SlowDown') : undefined);
  await withS3(twice, async () => {});
  expect(asked).toBe(3);
});

test('[BLOB-9] F3: where S3 has no room the upload is refused as on a full disk', async () => {
  const full: Answer = ({ method }) => (method === 'PUT' ? refusal('QuotaExceeded') : undefined);
  await withS3(full, async (blobs) => {
    const partial = await blobs.openPartial('a', bytes.length);
    await partial.append(bytes);
    expect(await failure(partial.finish(sha256))).toMatchObject({ name: 'StorageFull' });
    await partial.drop();
  });
});

test('[BLOB-8] F1: a range of another length than was asked for is an error, and no other file', async () => {
  const wrong: Answer = ({ method, url }) => {
    if (!url.endsWith(sha256.toHex())) return undefined;
    return method === 'HEAD' ? new Response('x'.repeat(1_000)) : new Response('x'.repeat(10));
  };
  await withS3(wrong, async (blobs) => {
    const reader = await blobs.open(sha256, 0);
    expect(await failure(reader?.next(1_000) ?? Promise.resolve())).toMatchObject({
      name: 'BlobFailure',
      message: 'S3 storage sent another range than it was asked for',
    });
    await reader?.close();
  });
});
