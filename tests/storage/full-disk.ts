/** Run by the test as its own process, on a file system of 1 MiB that is its own. Argument: where that is. Prints what it saw. */
import { closeSync, openSync, readdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDiskBlobs } from '@sotto/server/testing';

const CHUNK = 64 * 1024;
const [directory = ''] = process.argv.slice(2);
const blobs = await openDiskBlobs({ directory });
const nameOf = (error: unknown) => (error instanceof Error ? error.name : 'none');
const failure = (promise: Promise<unknown>) => promise.then(() => 'nothing', nameOf);
const sizeOnDisk = (name: string) => statSync(join(directory, 'partial', name)).size;
const bytes = crypto.getRandomValues(new Uint8Array(CHUNK));
const saw: Record<string, unknown> = {};

// An upload that is larger than the disk.
const empty = await blobs.freeBytes();
const roomOnDisk = () => {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
};
saw.spare = roomOnDisk() - empty;
const large = await blobs.openPartial('large', 100 * CHUNK);
let refused = 'nothing';
while (refused === 'nothing') refused = await failure(large.append(bytes));
saw.large = { refused, chunks: large.length / CHUNK, isCut: sizeOnDisk('large') === large.length };
saw.again = await failure(large.append(bytes));
saw.digestIsRight = Buffer.from(await large.digest()).equals(
  new Bun.CryptoHasher('sha256').update(Buffer.concat(Array(large.length / CHUNK).fill(bytes))).digest(),
);
await large.drop();
saw.freedAll = (await blobs.freeBytes()) === empty;

// Others fill the disk in the midst of an upload, and make room again.
const upload = await blobs.openPartial('upload', 2 * CHUNK);
await upload.append(bytes);
const filler = join(directory, 'filler');
writeFileSync(filler, new Uint8Array(roomOnDisk() - CHUNK / 2));
saw.filled = { refused: await failure(upload.append(bytes)), isCut: sizeOnDisk('upload') === CHUNK };
rmSync(filler);
await upload.append(bytes);

// There is no room for another directory.
const inodes: string[] = [];
for (;;) {
  const path = join(directory, `inode${inodes.length}`);
  if ((await failure(Promise.try(() => closeSync(openSync(path, 'w'))))) !== 'nothing') break;
  inodes.push(path);
}
const sha256 = await upload.digest();
saw.noInode = {
  refused: await failure(upload.finish(sha256)),
  stored: readdirSync(join(directory, 'blobs')).length,
};
for (const path of inodes) rmSync(path);
await upload.finish(sha256);
const reader = await blobs.open(sha256, CHUNK);
saw.stored = Buffer.from((await reader?.next(2 * CHUNK)) ?? []).equals(bytes);
await reader?.close();
await blobs.close();
console.log(JSON.stringify(saw));
