import { afterEach, describe, expect, test } from 'bun:test';
import { createSocket } from 'node:dgram';
import { CHAT_LANE } from '@sotto/protocol';
import { testIdentity } from '../testing/identity.ts';
import { Peer, testFrame } from '../testing/peer.ts';
import { noise } from '../testing/raw.ts';
import { expectServing } from '../testing/serving.ts';
import { udpHarness } from '../testing/udp-harness.ts';
import type { UdpLink } from '../testing/udp-relay.ts';
import { dialUdp, listenUdp } from './index.ts';

const HOST = '127.0.0.1';
const identity = await testIdentity();
const harness = udpHarness(identity);
const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const task of cleanUp.splice(0).reverse()) await task();
});

interface Pair {
  client: Peer;
  server: Peer;
  link: UdpLink;
}

type Relayed = Awaited<ReturnType<typeof harness.listen>>;

async function serve(): Promise<{ relayed: Relayed; accepted: Peer[]; dial: () => Promise<Pair> }> {
  const accepted: Peer[] = [];
  const relayed = await harness.listen(Peer.accept((peer) => accepted.push(peer)));
  cleanUp.push(relayed.close);
  const dial = async (): Promise<Pair> => {
    const count = accepted.length;
    const client = Promise.withResolvers<Peer>();
    const connection = await relayed.dial(Peer.accept(client.resolve));
    while (accepted.length === count) await soon();
    const server = accepted[count];
    if (server === undefined) throw new Error('nobody came');
    cleanUp.push(() => connection.abort());
    return { client: await client.promise, server, link: harness.link(connection) };
  };
  return { relayed, accepted, dial };
}

const soon = () => new Promise((next) => setTimeout(next, 1));

/** Both ways, once each, in order; `id` must be new. */
async function talk({ client, server }: Pair, id: number): Promise<void> {
  client.connection.send(CHAT_LANE, testFrame(CHAT_LANE, id, 50));
  server.connection.send(CHAT_LANE, testFrame(CHAT_LANE, id, 50));
  await server.until(() => server.ids(CHAT_LANE).includes(id));
  await client.until(() => client.ids(CHAT_LANE).includes(id));
}

/** A socket of somebody else on the same host. */
async function stranger(): Promise<{
  throwAt: (port: number, datagram: Uint8Array) => void;
  heard: Buffer[];
}> {
  const socket = createSocket('udp4');
  const heard: Buffer[] = [];
  socket.on('message', (datagram) => heard.push(datagram));
  await new Promise<void>((resolve) => socket.bind(0, HOST, resolve));
  cleanUp.push(() => socket.close());
  return { throwAt: (port, datagram) => socket.send(datagram, port, HOST), heard };
}

describe('UDP listener', () => {
  test('[PACKET-5] T3: garbage is dropped and counted, and the server goes on serving', async () => {
    const { relayed, accepted } = await serve();
    const { listener } = relayed;
    const { throwAt, heard } = await stranger();
    const make = noise(3);
    for (let round = 0; round < 500; round++) {
      const datagram = make(1 + ((round * 37) % 1_199));
      // Both header forms, among them short ones that are too short to be worth a reset.
      datagram[0] = round % 2 === 0 ? 0xc0 : 0x40;
      throwAt(listener.port, datagram.subarray(0, round % 2 === 0 ? undefined : 40));
      if (round % 50 === 0) await soon();
    }
    while (listener.counters.datagramsReceived < 500) await soon();
    expect(listener.counters.dropped).toBe(listener.counters.datagramsReceived);
    expect([heard.length, accepted.length, listener.counters.resets]).toEqual([0, 0, 0]);
    await expectServing(dialUdp, listener.port, accepted);
  });

  test('[RESET-1] T3: a packet of nobody is answered with fewer bytes than it had, and only then', async () => {
    const { relayed } = await serve();
    const { throwAt, heard } = await stranger();
    for (const length of [42, 43, 1_200]) throwAt(relayed.listener.port, new Uint8Array(length).fill(0x40));
    while (heard.length < 2) await soon();
    while (relayed.listener.counters.datagramsReceived < 3) await soon();
    expect(heard.map(({ length }) => length)).toEqual([42, 42]);
  });

  test('[KEYS-1] [ROAM-2] T3: what somebody sends again from elsewhere is neither delivered nor followed', async () => {
    const { relayed, dial } = await serve();
    const pair = await dial();
    await talk(pair, 1);
    const { throwAt, heard } = await stranger();
    const mine = pair.link.seen.filter(({ toServer }) => toServer);
    for (const { datagram } of mine) throwAt(relayed.listener.port, datagram);
    const received = relayed.listener.counters.datagramsReceived;
    while (relayed.listener.counters.datagramsReceived < received + mine.length) await soon();
    await talk(pair, 2);
    expect(pair.server.ids(CHAT_LANE)).toEqual([1, 2]);
    expect(pair.server.paths).toEqual([]);
    // The admission of a handshake may be answered anew, but nothing of the connection is.
    expect(heard.every((datagram) => ((datagram[0] ?? 0) & 0x80) !== 0)).toBe(true);
  });

  test('[ROAM-5] [PACKET-5] T3: a client ignores what does not come from its server', async () => {
    const { dial } = await serve();
    const pair = await dial();
    await talk(pair, 1);
    const make = noise(9);
    for (let round = 0; round < 100; round++) pair.link.inject(false, make(10 + round * 11));
    const { throwAt } = await stranger();
    for (const { toServer, datagram } of [...pair.link.seen]) {
      if (toServer) continue;
      pair.link.inject(false, datagram);
      throwAt(pair.link.clientPort, datagram);
    }
    pair.link.pauseToClient(true);
    const before = pair.link.seen.length;
    pair.server.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 3, 50));
    const fresh = () => pair.link.seen.slice(before).find(({ toServer }) => !toServer);
    while (fresh() === undefined) await soon();
    // The client has not seen it yet, but it does not come from where the server is.
    throwAt(pair.link.clientPort, fresh()?.datagram ?? make(50));
    for (let round = 0; round < 5; round++) await soon();
    expect(pair.client.ids(CHAT_LANE)).toEqual([1]);
    pair.link.pauseToClient(false);
    await pair.client.until(() => pair.client.ids(CHAT_LANE).includes(3));
    await talk(pair, 2);
    expect(pair.client.ids(CHAT_LANE)).toEqual([1, 3, 2]);
    expect(pair.client.closes).toEqual([]);
  });
});

describe('UDP path', () => {
  test('[ROAM-2] [ROAM-6] T10: a NAT that forgets the client costs nothing; the server tells where it is heard from', async () => {
    const { dial } = await serve();
    const pair = await dial();
    for (let id = 1; id <= 5; id++) {
      await talk(pair, id);
      await pair.link.rebind();
    }
    await talk(pair, 6);
    expect(pair.server.ids(CHAT_LANE)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(pair.client.ids(CHAT_LANE)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(pair.server.paths.length).toBeGreaterThan(0);
    expect(new Set(pair.server.paths)).toEqual(new Set([HOST]));
    expect([pair.client.closes, pair.server.closes]).toEqual([[], []]);
  });

  test('[ROAM-5] T10: a client whose path went dark takes another socket, and what waited arrives once', async () => {
    const { relayed, dial } = await serve();
    const pair = await dial();
    await talk(pair, 1);
    pair.link.freeze();
    for (let id = 2; id <= 20; id++) pair.client.connection.send(CHAT_LANE, testFrame(CHAT_LANE, id));
    await pair.server.until(() => pair.server.ids(CHAT_LANE).includes(20));
    expect(relayed.relay.links.length).toBe(2);
    await talk(pair, 21);
    expect(pair.server.ids(CHAT_LANE)).toEqual(Array.from({ length: 21 }, (_, index) => index + 1));
  });

  test('[PACKET-6] T3: two clients at one address, and one on a port that was the other one’s, never mix', async () => {
    const { dial } = await serve();
    const [alice, bob] = [await dial(), await dial()];
    await talk(alice, 1);
    await talk(bob, 101);
    const port = alice.link.port;
    await alice.link.rebind();
    await bob.link.rebind(port);
    for (let id = 2; id <= 10; id++) await Promise.all([talk(alice, id), talk(bob, 100 + id)]);
    for (const [pair, first] of [
      [alice, 1],
      [bob, 101],
    ] as const) {
      const ids = Array.from({ length: 10 }, (_, index) => first + index);
      expect(pair.server.ids(CHAT_LANE)).toEqual(ids);
      expect(pair.client.ids(CHAT_LANE)).toEqual(ids);
    }
    // A newcomer on a port whose last user is still remembered.
    const carol = await dial();
    const used = bob.link.port;
    bob.link.freeze();
    await bob.link.rebind();
    await carol.link.rebind(used);
    await talk(carol, 201);
    expect(bob.server.ids(CHAT_LANE)).not.toContain(201);
    expect(carol.server.ids(CHAT_LANE)).toEqual([201]);
  });

  test('[RESET-2] [RESET-3] T10: clients of a server that was started anew learn it with the next packet', async () => {
    const { relayed, dial } = await serve();
    const pair = await dial();
    await talk(pair, 1);
    const accepted: Peer[] = [];
    const accept = Peer.accept((peer) => accepted.push(peer));
    const again = await listenUdp({ hostname: HOST, port: 0, identity, accept });
    cleanUp.push(() => again.close());
    relayed.relay.redirect(again.port);
    pair.client.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 2, 50));
    await pair.client.until(() => pair.client.closes.length > 0);
    expect(pair.client.closes).toEqual([
      { reason: 'lost', detail: expect.stringContaining('knows nothing') },
    ]);
    expect(again.counters.resets).toBeGreaterThan(0);
    await expectServing(dialUdp, again.port, accepted);
  });

  test('[RESET-2] T3: a server with another identity cannot end a connection', async () => {
    const { relayed, dial } = await serve();
    const pair = await dial();
    await talk(pair, 1);
    const accept = Peer.accept(() => {});
    const other = await listenUdp({
      hostname: HOST,
      port: 0,
      identity: await testIdentity('Ed25519'),
      accept,
    });
    cleanUp.push(() => other.close());
    relayed.relay.redirect(other.port);
    pair.client.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 2, 50));
    while (other.counters.resets === 0) await soon();
    relayed.relay.redirect(relayed.listener.port);
    await pair.server.until(() => pair.server.ids(CHAT_LANE).includes(2));
    await talk(pair, 3);
    expect(pair.client.closes).toEqual([]);
  });
});
