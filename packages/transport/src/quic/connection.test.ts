import { afterEach, describe, expect, test } from 'bun:test';
import { CHAT_LANE, CONTROL_LANE, FIRST_FILE_LANE } from '@sotto/protocol';
import { DialError, HIGH_WATER_BYTES } from '../contract.ts';
import { isWildcard, localAddresses } from '../local-addresses.ts';
import { testIdentity } from '../testing/identity.ts';
import { pinned } from '../testing/network-harness.ts';
import { echo, Peer, testFrame, testRun } from '../testing/peer.ts';
import { quicHarness } from '../testing/quic-harness.ts';
import type { UdpLink } from '../testing/udp-relay.ts';
import { dialQuic, listenQuic } from './index.ts';

const identity = await testIdentity();
const harness = quicHarness(identity);
const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const task of cleanUp.splice(0).reverse()) await task();
});

/** Lanes have one byte for their number. */
const LANES = 256;
const soon = (ms = 1) => new Promise((next) => setTimeout(next, ms));

async function openPair(): Promise<{ client: Peer; server: Peer; link: UdpLink }> {
  const server = Promise.withResolvers<Peer>();
  const client = Promise.withResolvers<Peer>();
  const relayed = await harness.listen(Peer.accept(server.resolve));
  cleanUp.push(relayed.close);
  const connection = await relayed.dial(Peer.accept(client.resolve));
  cleanUp.push(() => connection.abort());
  return { client: await client.promise, server: await server.promise, link: harness.link(connection) };
}

describe('lanes of QUIC', () => {
  test('[QUIC-2] T3: what one lane lost holds up no other', async () => {
    const { client, server, link } = await openPair();
    for (const lane of [CHAT_LANE, FIRST_FILE_LANE]) server.connection.send(lane, testFrame(lane, 1));
    await client.until(() => client.received === 2);
    link.loseToClient(true);
    server.connection.send(FIRST_FILE_LANE, testFrame(FIRST_FILE_LANE, 2));
    await soon(5);
    link.loseToClient(false);
    server.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 3));
    server.connection.send(CONTROL_LANE, testFrame(CONTROL_LANE, 4));
    await client.until(() => client.received === 5);
    const order = client.frames.map((frame) => new DataView(frame.buffer, frame.byteOffset).getUint32(6));
    expect(order.slice(2).sort()).toEqual([2, 3, 4]);
    expect(order.at(-1)).toBe(2);
  });

  test('[QUIC-2] T1: every lane there is, in both directions at once, and nothing is mixed', async () => {
    const { client, server } = await openPair();
    const rounds = 5;
    for (let round = 0; round < rounds; round++)
      for (let lane = 0; lane < LANES; lane++) {
        client.connection.send(lane, testRun(lane, round * 10, 10, lane));
        server.connection.send(lane, testRun(lane, round * 10, 10, lane));
      }
    const all = rounds * 10 * LANES;
    await Promise.all([client, server].map((peer) => peer.until(() => peer.received === all)));
    const ids = Array.from({ length: rounds * 10 }, (_, id) => id);
    for (const peer of [client, server])
      for (let lane = 0; lane < LANES; lane++) expect(peer.ids(lane)).toEqual(ids);
  });

  test('[QUIC-6] T4: an unreliable frame is a datagram where it fits, else it goes on its lane', async () => {
    const { client, server, link } = await openPair();
    // Datagrams are told apart by being lost for good.
    link.loseToClient(true);
    server.connection.sendUnreliable(testFrame(CHAT_LANE, 1, 900));
    await soon(5);
    link.loseToClient(false);
    server.connection.sendUnreliable(testFrame(CHAT_LANE, 2, 900));
    server.connection.sendUnreliable(testFrame(CHAT_LANE, 3, 3_000));
    server.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 4));
    await client.until(() => client.ids(CHAT_LANE).includes(4) && client.ids(CHAT_LANE).includes(2));
    expect(client.ids(CHAT_LANE).toSorted()).toEqual([2, 3, 4]);
  });

  test('[QUIC-6] T4: unreliable frames are dropped above the high-water mark', async () => {
    const { client, server, link } = await openPair();
    client.connection.limitBody(128 * 1024);
    link.pauseToClient(true);
    const run = testRun(CHAT_LANE, 1, 1, 100 * 1024);
    let sent = 1;
    while (server.connection.send(CHAT_LANE, run)) sent += 1;
    const before = server.connection.bufferedBytes;
    expect(before).toBeGreaterThan(HIGH_WATER_BYTES);
    server.connection.sendUnreliable(testFrame(CHAT_LANE, 2, 100));
    expect(server.connection.bufferedBytes).toBe(before);
    link.pauseToClient(false);
    await client.until(() => client.received === sent);
  });
});

describe('the end of a QUIC connection', () => {
  test('[QUIC-4] T10: what was queued arrives before it, also where packets are lost', async () => {
    const { client, server, link } = await openPair();
    link.loseToClient(true);
    for (const lane of [CHAT_LANE, CONTROL_LANE, FIRST_FILE_LANE])
      server.connection.send(lane, testRun(lane, 0, 50, 200));
    server.connection.close();
    await soon(30);
    link.loseToClient(false);
    await Promise.all([client, server].map((peer) => peer.until(() => peer.closes.length > 0)));
    expect([server.reason, client.reason]).toEqual(['local', 'peer']);
    const ids = Array.from({ length: 50 }, (_, id) => id);
    for (const lane of [CHAT_LANE, CONTROL_LANE, FIRST_FILE_LANE]) expect(client.ids(lane)).toEqual(ids);
  });

  test('[QUIC-4] T10: both sides may close at once; each hears of it once', async () => {
    const { client, server } = await openPair();
    client.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 1));
    server.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 2));
    client.connection.close();
    server.connection.close();
    await Promise.all([client, server].map((peer) => peer.until(() => peer.closes.length > 0)));
    await soon(20);
    expect([client.closes, server.closes].map((closes) => closes.map(({ reason }) => reason))).toEqual([
      ['local'],
      ['local'],
    ]);
  });

  test('[QUIC-4] [BUFFER-3] T10: a close towards a peer that vanished ends all the same', async () => {
    const { server, link } = await openPair();
    link.freeze();
    server.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 1));
    server.connection.close();
    await server.until(() => server.closes.length > 0);
    expect(server.closes.map(({ reason }) => reason)).toEqual(['local']);
  });

  test('[QUIC-5] T10: the other side is told how it came', async () => {
    const aborted = await openPair();
    aborted.server.connection.abort();
    await aborted.client.until(() => aborted.client.closes.length > 0);
    expect(aborted.client.closes).toEqual([{ reason: 'lost', detail: 'QUIC application error 265' }]);
    const broken = await openPair();
    broken.server.connection.limitBody(100);
    broken.client.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 1, 101));
    await Promise.all([broken.client, broken.server].map((peer) => peer.until(() => peer.closes.length > 0)));
    expect([broken.client.reason, broken.server.reason]).toEqual(['peer', 'malformed']);
  });
});

test('T1: a listener that is closed takes nobody who was in a handshake then', async () => {
  const accepted: Peer[] = [];
  const relayed = await harness.listen(Peer.accept((peer) => accepted.push(peer)));
  cleanUp.push(relayed.close);
  const client = Promise.withResolvers<Peer>();
  const dialled = relayed.dial(Peer.accept(client.resolve)).catch((error: unknown) => error);
  while (relayed.relay.links.length === 0) await soon(0);
  const link = relayed.relay.latest();
  link.pauseToClient(true);
  while (relayed.listener.counters.sessions === 0) await soon(0);
  await relayed.listener.close();
  link.pauseToClient(false);
  // Its own handshake may be complete before it hears of the refusal, and the refusal may be lost.
  const outcome = await dialled;
  if (outcome instanceof Error) {
    expect(['refused', 'timeout']).toContain(outcome instanceof DialError ? outcome.reason : outcome.message);
  } else {
    const peer = await client.promise;
    await peer.until(() => peer.closes.length > 0);
    expect(peer.closes).toEqual([{ reason: 'peer', detail: 'the server takes nobody any more' }]);
  }
  expect(accepted).toEqual([]);
}, 30_000);

describe('a QUIC server behind a wildcard', () => {
  test.each(['0.0.0.0', '::'])(
    '[QUIC-10] T2: answers on every local address of %s, from that address',
    async (hostname) => {
      const server = await listenQuic({ hostname, port: 0, identity, accept: echo });
      cleanUp.push(() => server.close());
      const addresses = localAddresses(hostname).filter((address) => !address.includes('%'));
      expect(addresses.length).toBeGreaterThan(0);
      expect(isWildcard(hostname)).toBe(true);
      for (const host of addresses) {
        const ready = Promise.withResolvers<Peer>();
        const client = await dialQuic({
          host,
          port: server.port,
          verify: pinned(identity),
          events: Peer.accept(ready.resolve),
        });
        const peer = await ready.promise;
        expect(client.remoteAddress).toBe(host);
        client.send(CHAT_LANE, testFrame(CHAT_LANE, 1, 3_000));
        await peer.until(() => peer.received === 1);
        client.abort();
      }
      expect(server.counters.established).toBe(addresses.length);
    },
  );
});
