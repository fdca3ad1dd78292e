/**
 * Run by the kill test as its own process: stores one small file after the other until it is killed, so that most of its time
 * goes into finishing. Argument: the directory. Prints the digest of each after it was stored.
 */
import { writeSync } from 'node:fs';
import { openDiskBlobs } from '../disk.ts';

const [directory = ''] = process.argv.slice(2);
const blobs = await openDiskBlobs({ directory });
writeSync(1, 'ready\n');
for (let index = 0; ; index++) {
  const bytes = crypto.getRandomValues(new Uint8Array(10_000));
  const partial = await blobs.openPartial(`a${index}`, bytes.length);
  await partial.append(bytes);
  const sha256 = await partial.digest();
  await partial.finish(sha256);
  writeSync(1, `${sha256.toHex()}\n`);
}
