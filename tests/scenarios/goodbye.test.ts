/** What clients hear when the server stops in order (O2). */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ErrorCode } from '@sotto/schema';
import { seedAccounts } from './support/accounts.ts';
import { eventually, resumeOver, WAYS } from './support/peers.ts';
import { startServer } from './support/server.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sotto-goodbye-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test('[PATH-1] O2: a server names all its endpoints to everyone, and when it stops it says so over each', async () => {
  const data = join(directory, 'data');
  const sessions = await seedAccounts(data, [...WAYS]);
  const server = await startServer({ directory: data });
  const peers = await Promise.all(
    WAYS.map(async (way, index) => {
      const session = sessions[index];
      if (session === undefined) throw new Error('no account');
      return resumeOver(way, server.ports[way], session);
    }),
  );
  const named = WAYS.map((transport) =>
    expect.objectContaining({ transport, port: server.ports[transport] }),
  );
  for (const { endpoints } of peers) expect(endpoints).toEqual(named);
  expect(await server.kill('SIGTERM')).toBe(0);
  for (const { peer } of peers) {
    await eventually(() => peer.ended);
    expect(peer.ended?.code).toBe(ErrorCode.SHUTTING_DOWN);
    peer.connection.abort();
  }
});
