/** Two hundred transfers at once (F3): the server's memory stays where it was, and a message is not held up. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOBBY } from '@sotto/model';
import type { Peer } from '@sotto/server/testing';
import { seedAccounts } from './support/accounts.ts';
import { freshBytes } from './support/files.ts';
import { resumeOver, WAYS } from './support/peers.ts';
import { type ServerProcess, startServer } from './support/server.ts';
import { download, offer, upload } from './support/transfers.ts';

const TIMEOUT_MS = 120_000;
const TRANSFERS = 200;
const ATTEMPTS = 3;
const GROWTH_MAX_BYTES = 64 * 1024 * 1024;
/** All of them together are more than the server may hold. */
const FILE_BYTES = 512 * 1024;

let directory: string;
let server: ServerProcess;
const peers: Peer[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sotto-many-files-'));
  const names = Array.from({ length: TRANSFERS }, (_, index) => `person${index}`);
  const sessions = await seedAccounts(directory, names);
  server = await startServer({ directory });
  for (const [index, session] of sessions.entries()) {
    const way = WAYS[index % WAYS.length] ?? 'tls';
    peers.push((await resumeOver(way, server.ports[way], session)).peer);
  }
}, TIMEOUT_MS);
afterAll(async () => {
  for (const { connection } of peers) connection.abort();
  await server.kill('SIGTERM');
  await rm(directory, { recursive: true, force: true });
});

async function residentBytes(): Promise<number> {
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/** How much more the server holds while this goes on than before, at most. */
async function growthDuring(task: () => Promise<unknown>): Promise<number> {
  const before = await residentBytes();
  let most = before;
  const working = task().then(() => true);
  while (!(await Promise.race([working, Bun.sleep(20)]))) most = Math.max(most, await residentBytes());
  return most - before;
}

/** What is left lying when the measuring begins, or is cleared away a moment later, is chance: what never stays within the limit is not. */
async function leastGrowth(task: (attempt: number) => Promise<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < ATTEMPTS && least >= GROWTH_MAX_BYTES; attempt++)
    least = Math.min(least, await growthDuring(() => task(attempt)));
  return least;
}

test(
  'F3: the server holds at most 64 MiB more while two hundred upload at once, and while two hundred download',
  async () => {
    const uploading = await leastGrowth(async (attempt) => {
      const files = peers.map(() => freshBytes(FILE_BYTES));
      await Promise.all(peers.map((peer, index) => upload(peer, 1 + attempt, files[index] ?? freshBytes(1))));
    });
    const [first] = peers;
    if (first === undefined) throw new Error('nobody is here');
    const bytes = freshBytes(FILE_BYTES);
    await upload(first, 1 + ATTEMPTS, bytes);
    const { sequence } = await offer(first, bytes);
    const downloading = await leastGrowth(async (attempt) => {
      const transfer = 2 + ATTEMPTS + attempt;
      const all = await Promise.all(peers.map((peer) => download(peer, transfer, { room: LOBBY, sequence })));
      expect(all.every((received) => received === FILE_BYTES)).toBe(true);
    });
    const stalling = await growthDuring(async () => {
      for (const peer of peers)
        await peer.request('startDownload', {
          transfer: 2 + 2 * ATTEMPTS,
          room: LOBBY,
          sequence,
          offset: 0,
          credit: FILE_BYTES,
        });
      await Bun.sleep(2_000);
    });
    console.log(
      ['uploads', 'downloads', 'downloads that nobody takes']
        .map(
          (what, index) =>
            `${what} +${(([uploading, downloading, stalling][index] ?? 0) / 2 ** 20).toFixed(1)} MiB`,
        )
        .join(', '),
    );
    for (const growth of [uploading, downloading, stalling]) expect(growth).toBeLessThan(GROWTH_MAX_BYTES);
  },
  TIMEOUT_MS,
);
