import { afterEach, describe, expect, test } from 'bun:test';
import { CHAT_LANE } from '@sotto/protocol';
import { CloseCode, type UdpEnd } from '@sotto/protocol/udp';
import { BUFFER_MAX_RUNS } from '../contract.ts';
import { testIdentity } from '../testing/identity.ts';
import { Peer, testFrame } from '../testing/peer.ts';
import { udpHarness } from '../testing/udp-harness.ts';
import { reasonOf } from './connection.ts';

const harness = udpHarness(await testIdentity());
const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const task of cleanUp.splice(0).reverse()) await task();
});

async function openPair() {
  const server = Promise.withResolvers<Peer>();
  const client = Promise.withResolvers<Peer>();
  const relayed = await harness.listen(Peer.accept(server.resolve));
  const connection = await relayed.dial(Peer.accept(client.resolve));
  const pair = { client: await client.promise, server: await server.promise };
  cleanUp.push(
    relayed.close,
    () => pair.server.connection.abort(),
    () => connection.abort(),
  );
  return { ...pair, relayed, link: harness.link(connection) };
}

describe('a connection over UDP', () => {
  test('[END-2] T1: every way to end has one reason of the contract', () => {
    const end = (by: UdpEnd['by'], code: keyof typeof CloseCode) =>
      reasonOf({ by, code: CloseCode[code], reason: '', established: true });
    expect((['done', 'malformed', 'refused'] as const).map((code) => end('peer', code))).toEqual([
      'peer',
      'peer',
      'peer',
    ]);
    for (const code of ['aborted', 'overflow', 'internal', 'violation', 'credit', 'keyLimit'] as const)
      expect(end('peer', code)).toBe('lost');
    for (const code of ['malformed', 'violation', 'credit'] as const)
      expect(end('fault', code)).toBe('malformed');
    expect([end('fault', 'keyLimit'), end('timeout', 'done'), end('reset', 'done')]).toEqual([
      'lost',
      'lost',
      'lost',
    ]);
    expect(end('local', 'done')).toBe('local');
  });

  test('[COUNT-1] T15: knows its path, and the server counts over all', async () => {
    const { client, server, relayed } = await openPair();
    for (let id = 1; id <= 20; id++) {
      client.connection.send(CHAT_LANE, testFrame(CHAT_LANE, id, 100));
      await server.until(() => server.ids(CHAT_LANE).includes(id));
    }
    const { path } = client.connection;
    expect(path?.roundTripMs).toBeGreaterThan(0);
    expect(path?.loss).toBe(0);
    expect(path?.windowBytes).toBeGreaterThanOrEqual(12_000);
    expect(path?.packetsLost).toBe(0);
    const { counters } = relayed.listener;
    expect(counters).toMatchObject({ established: 1, retries: 1, resets: 0, refused: 0 });
    expect(counters.datagramsReceived).toBeGreaterThan(20);
    expect(counters.bytesSent).toBeGreaterThan(counters.datagramsSent * 20);
  });

  test('[BUFFER-2] T1: runs without number end with overflow too, and the peer learns that it was lost', async () => {
    const { client, server, link } = await openPair();
    link.pauseToClient(true);
    const frame = testFrame(CHAT_LANE, 1);
    for (let run = 0; run <= BUFFER_MAX_RUNS; run++) server.connection.send(CHAT_LANE, frame);
    await server.until(() => server.closes.length > 0);
    expect(server.reason).toBe('overflow');
    link.pauseToClient(false);
    await client.until(() => client.closes.length > 0);
    expect(client.closes).toEqual([{ reason: 'lost', detail: expect.stringContaining('unread') }]);
  });

  test('[END-1] T1: a close that is lost on the way is said again to who still talks', async () => {
    const { client, server, link } = await openPair();
    server.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 1));
    await client.until(() => client.received === 1);
    link.loseToClient(true);
    server.connection.close();
    await server.until(() => server.closes.length > 0);
    link.loseToClient(false);
    expect(client.closes).toEqual([]);
    client.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 2));
    await client.until(() => client.closes.length > 0);
    expect([client.reason, server.reason, server.received]).toEqual(['peer', 'local', 0]);
  });
});
