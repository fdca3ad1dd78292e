import { expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDiskBlobs } from './disk.ts';
import { digestOf, readAll } from './testing/contract.suite.ts';

const UPLOADER = join(import.meta.dir, 'testing/kill-uploader.ts');
const KILLS = 8;

/** Digests of what was stored before it was killed, which is some time after it began. */
async function storeUntilKilled(directory: string, afterMs: number): Promise<readonly string[]> {
  const uploader = Bun.spawn([process.execPath, UPLOADER, directory], { stdout: 'pipe', stderr: 'inherit' });
  const decoder = new TextDecoder();
  let printed = '';
  for await (const chunk of uploader.stdout) {
    if (printed === '') setTimeout(() => uploader.kill('SIGKILL'), afterMs);
    printed += decoder.decode(chunk, { stream: true });
  }
  await uploader.exited;
  // What follows the last newline may be cut off.
  return printed.split('\n').slice(1, -1);
}

test('[BLOB-1] M7 F1: killed at any moment, what was stored is there, and whatever has a name is whole', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sotto-kill-'));
  let stored = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const before = stored;
    const acknowledged = await storeUntilKilled(directory, 1 + Math.random() * 40);
    const blobs = await openDiskBlobs({ directory });
    const found = (await Array.fromAsync(blobs.blobs())).map((sha256) => sha256.toHex());
    for (const hex of acknowledged) expect(found).toContain(hex);
    for (const hex of found)
      expect(digestOf((await readAll(blobs, Uint8Array.fromHex(hex))) ?? new Uint8Array()).toHex()).toBe(hex);
    // One may have its name although nobody was told; one may be a partial still, which an upload goes on with.
    expect(found.length - before - acknowledged.length).toBeWithin(0, 2);
    stored = found.length;
    const partials = await Array.fromAsync(blobs.partials());
    expect(partials.length).toBeWithin(0, 2);
    for (const name of partials) {
      const partial = await blobs.openPartial(name, 10_000);
      const rest = readFileSync(join(directory, 'partial', name));
      expect(partial.length).toBe(rest.length);
      const sha256 = await partial.digest();
      expect(sha256.toHex()).toBe(digestOf(rest).toHex());
      await partial.drop();
    }
    await blobs.close();
  }
  expect(stored).toBeGreaterThan(0);
  rmSync(directory, { recursive: true });
}, 60_000);
