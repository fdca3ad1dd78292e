import { afterEach, describe, expect, test } from 'bun:test';
import { createSocket } from 'node:dgram';
import { CHAT_LANE, CONTROL_LANE, FIRST_FILE_LANE } from '@sotto/protocol';
import { testIdentity } from '../testing/identity.ts';
import { Peer, testFrame, testRun } from '../testing/peer.ts';
import { firstFlights, type RawSession, rawSession } from '../testing/quic-raw.ts';
import { noise } from '../testing/raw.ts';
import { expectServing } from '../testing/serving.ts';
import { dialQuic, type ListenQuicOptions, listenQuic, type QuicListener } from './index.ts';
import { STREAMS_MAX } from './streams.ts';

const HOST = '127.0.0.1';
const identity = await testIdentity();
const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const task of cleanUp.splice(0).reverse()) await task();
});

const soon = (ms = 1) => new Promise((next) => setTimeout(next, ms));

interface Serving {
  listener: QuicListener;
  accepted: Peer[];
  serves: () => Promise<void>;
}

async function serve(options: Partial<ListenQuicOptions> = {}): Promise<Serving> {
  const accepted: Peer[] = [];
  const accept = Peer.accept((peer) => accepted.push(peer));
  const listener = await listenQuic({ hostname: HOST, port: 0, identity, accept, ...options });
  cleanUp.push(() => listener.close());
  return { listener, accepted, serves: () => expectServing(dialQuic, listener.port, accepted) };
}

/** A client that is not ours, connected; and the server's end of it. */
async function intruder({ listener, accepted }: Serving): Promise<RawSession & { server: Peer }> {
  const before = accepted.length;
  const raw = await rawSession(listener.port);
  cleanUp.push(raw.close);
  await raw.session.opened;
  while (accepted.length === before) await soon();
  const server = accepted[before];
  if (server === undefined) throw new Error('nobody came');
  return { ...raw, server };
}

/** A socket of somebody on the same host. */
async function stranger() {
  const socket = createSocket('udp4');
  const heard: Buffer[] = [];
  socket.on('message', (datagram) => heard.push(datagram));
  await new Promise<void>((resolve) => socket.bind(0, HOST, resolve));
  cleanUp.push(() => socket.close());
  return { throwAt: (port: number, datagram: Uint8Array) => socket.send(datagram, port, HOST), heard };
}

const sum = (datagrams: readonly Uint8Array[]): number =>
  datagrams.reduce((bytes, { length }) => bytes + length, 0);

async function expectMalformed(server: Peer, detail: string | RegExp): Promise<void> {
  await server.until(() => server.closes.length > 0);
  expect(server.closes).toEqual([{ reason: 'malformed', detail: expect.stringMatching(detail) }]);
}

describe('datagrams at a QUIC port', () => {
  test('[QUIC-8] T3: garbage is dropped, and the server goes on serving', async () => {
    const serving = await serve();
    const { throwAt, heard } = await stranger();
    const make = noise(3);
    let thrown = 0;
    for (let round = 0; round < 600; round++) {
      const datagram = make(1 + ((round * 37) % 1_400));
      // Of any form; of version 1; with a short header.
      if (round % 3 === 1) datagram.set([0xc0 | (round % 16), 0, 0, 0, 1].slice(0, datagram.length));
      if (round % 3 === 2) datagram[0] = 0x40 | (round % 64);
      thrown += datagram.length;
      throwAt(serving.listener.port, datagram);
      if (round % 20 === 0) await soon();
    }
    await serving.serves();
    expect(serving.accepted.length).toBe(1);
    expect(sum(heard)).toBeLessThan(thrown);
  });

  test('[QUIC-8] T3: first packets that were changed on the way begin nothing, or nothing that ends', async () => {
    const serving = await serve();
    const { throwAt, heard } = await stranger();
    const make = noise(5);
    const flights = await firstFlights(20);
    let thrown = 0;
    for (let round = 0; round < 400; round++) {
      for (const original of flights[round % flights.length] ?? []) {
        const datagram = original.slice();
        const place = make(2);
        const at = ((place[0] ?? 0) * 256 + (place[1] ?? 0)) % (round % 2 === 0 ? 60 : datagram.length);
        datagram[at] = (datagram[at] ?? 0) ^ (1 + (round % 255));
        thrown += datagram.length;
        throwAt(serving.listener.port, datagram);
      }
      if (round % 20 === 0) await soon();
    }
    await serving.serves();
    expect(serving.accepted.length).toBe(1);
    expect(sum(heard)).toBeLessThanOrEqual(3 * thrown);
  });

  test('[QUIC-8] T3: an address that is not proven gets at most 3 times what it sent; its handshakes are dropped', async () => {
    const serving = await serve({ handshakeTimeoutMs: 500 });
    const { listener, accepted } = serving;
    for (const flight of await firstFlights(30)) {
      const spoofed = await stranger();
      for (const datagram of flight) spoofed.throwAt(listener.port, datagram);
      while (spoofed.heard.length === 0) await soon();
      // Everything that is said again until it is given up.
      cleanUp.push(() => expect(sum(spoofed.heard)).toBeLessThanOrEqual(3 * sum(flight)));
    }
    expect(listener.counters.sessions).toBeGreaterThanOrEqual(30);
    expect(listener.counters.established).toBe(0);
    await serving.serves();
    await soon(700);
    expect(accepted.length).toBe(1);
    expect(listener.counters.established).toBe(1);
  });

  test('[QUIC-8] T3: handshakes that nobody finishes do not keep out who comes after them', async () => {
    const serving = await serve({ sessionsMax: 10, handshakeTimeoutMs: 300 });
    const { throwAt } = await stranger();
    for (const flight of await firstFlights(40))
      for (const datagram of flight) throwAt(serving.listener.port, datagram);
    await soon(1_000);
    await serving.serves();
    expect(serving.listener.counters.sessions).toBeLessThanOrEqual(11);
  });

  test('[QUIC-8] T3: more handshakes at once than there may be are refused, and those after them are served', async () => {
    const serving = await serve({ handshakesMax: 5, handshakeTimeoutMs: 300 });
    const { throwAt } = await stranger();
    for (const flight of await firstFlights(40))
      for (const datagram of flight) throwAt(serving.listener.port, datagram);
    await soon(50);
    const refused = await dialQuic({
      host: HOST,
      port: serving.listener.port,
      verify: () => {},
      events: Peer.accept(() => {}),
    }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'DialError', reason: 'refused' });
    await soon(600);
    await serving.serves();
  });

  test('[QUIC-1] T3: another version of QUIC is answered with those that are there', async () => {
    const { listener, serves } = await serve();
    const { throwAt, heard } = await stranger();
    const [to, from] = [new Uint8Array(8).fill(1), new Uint8Array(8).fill(2)];
    const datagram = new Uint8Array(1_200);
    datagram.set([0xc3, 0x1a, 0x2a, 0x3a, 0x4a, to.length, ...to, from.length, ...from]);
    throwAt(listener.port, datagram);
    while (heard.length === 0) await soon();
    // RFC 9000 section 17.2.1: version 0, the connection IDs turned round, then 4 bytes a version.
    const answer = heard[0] ?? Buffer.alloc(0);
    expect(answer.subarray(1, 23)).toEqual(Buffer.from([0, 0, 0, 0, 8, ...from, 8, ...to].slice(0, 22)));
    const versions = Array.from({ length: (answer.length - 23) / 4 }, (_, at) =>
      answer.readUInt32BE(23 + 4 * at),
    );
    expect(versions).toContain(1);
    await serves();
  });

  test('[QUIC-1] T1: a browser that knocks for HTTP/3 is turned away, and so is whoever speaks something else', async () => {
    const { listener, serves, accepted } = await serve();
    for (const alpn of ['h3', 'sotto/0', 'x'.repeat(255)]) {
      const raw = await rawSession(listener.port, { alpn });
      expect(await raw.over).toMatchObject({ code: 'ERR_QUIC_TRANSPORT_ERROR' });
      await raw.close();
    }
    expect(accepted).toEqual([]);
    await serves();
  });
});

describe('a QUIC peer that is not ours', () => {
  test('[QUIC-3] T3: streams opened and reset by the thousand end the connection', async () => {
    const serving = await serve();
    const { open, server, over } = await intruder(serving);
    for (let count = 0; count < 3_000 && server.closes.length === 0; count++) {
      const stream = await open().catch(() => undefined);
      stream?.writer.writeSync(new Uint8Array(1));
      stream?.writer.fail();
      if (count % 50 === 0) await soon();
    }
    // Whichever is noticed first.
    await expectMalformed(server, /more streams than there may be|cut a stream off/);
    expect(await over).toMatchObject({ errorCode: 0x102n });
    await serving.serves();
  });

  test('[QUIC-3] T3: of streams opened and left open no more come than there may be', async () => {
    const serving = await serve();
    const { open, server, session } = await intruder(serving);
    for (let count = 0; count < STREAMS_MAX + 100; count++) {
      const stream = await open();
      stream.writer.writeSync(new Uint8Array(5));
    }
    await soon(100);
    expect(server.closes).toEqual([]);
    expect(session.destroyed).toBe(false);
    await serving.serves();
  });

  test('[QUIC-3] T3: a stream that is cut off ends the connection, unless the peer was about to end it', async () => {
    const serving = await serve();
    const { open, server } = await intruder(serving);
    const stream = await open();
    stream.writer.writeSync(testFrame(CHAT_LANE, 1));
    await server.until(() => server.received === 1);
    stream.writer.fail();
    await expectMalformed(server, 'cut a stream off');
    await serving.serves();
  });

  test('[QUIC-3] T3: a peer that takes a stream no more ends the connection', async () => {
    const serving = await serve();
    const { session, server } = await intruder(serving);
    session.onstream = (stream) => {
      stream.closed.catch(() => {});
      stream.destroy(new Error('not this one'));
    };
    // The runtime tells of it when something is written.
    for (let id = 1; server.closes.length === 0; id++) {
      server.connection.send(CHAT_LANE, testFrame(CHAT_LANE, id));
      await soon(5);
    }
    await expectMalformed(server, 'takes a stream no more');
    await serving.serves();
  });

  test('[QUIC-3] T3: streams in both directions get no credit, and hold up nothing', async () => {
    const serving = await serve();
    const { session, open, server } = await intruder(serving);
    for (let count = 0; count < 50; count++) {
      const stream = await session.createBidirectionalStream();
      stream.closed.catch(() => {});
      stream.writer.writeSync(testFrame(CHAT_LANE, count));
    }
    const lane = await open();
    lane.writer.writeSync(testFrame(CHAT_LANE, 99));
    await server.until(() => server.received > 0);
    expect(server.ids(CHAT_LANE)).toEqual([99]);
    expect(server.closes).toEqual([]);
    await serving.serves();
  });

  test('[QUIC-2] T3: a frame of a lane that belongs elsewhere is malformed, and so is a second stream for a lane', async () => {
    const serving = await serve();
    const first = await intruder(serving);
    const stream = await first.open();
    stream.writer.writeSync(testFrame(CHAT_LANE, 1));
    stream.writer.writeSync(testFrame(CONTROL_LANE, 2));
    stream.writer.writeSync(testFrame(CHAT_LANE, 3));
    await expectMalformed(first.server, 'a frame of lane 0 on another stream than its own');
    expect(first.server.ids(CHAT_LANE)).toEqual([1]);
    const second = await intruder(serving);
    for (let id = 1; id <= 2; id++) {
      const lane = await second.open();
      lane.writer.writeSync(testFrame(CHAT_LANE, id));
      if (id === 1) await second.server.until(() => second.server.received === 1);
    }
    await expectMalformed(second.server, 'a frame of lane 1 on another stream than its own');
    await serving.serves();
  });

  test('[QUIC-4] T3: whoever says twice that it is done is not believed; streams may end one by one', async () => {
    const serving = await serve();
    const { open, server } = await intruder(serving);
    const lane = await open();
    lane.writer.writeSync(testFrame(CHAT_LANE, 1));
    lane.writer.endSync();
    await server.until(() => server.received === 1);
    await soon(20);
    expect(server.closes).toEqual([]);
    const other = await open();
    other.writer.writeSync(new Uint8Array(3));
    for (let count = 0; count < 2; count++) (await open()).writer.endSync();
    await expectMalformed(server, 'said twice that it is done');
    await serving.serves();
  });

  test('[QUIC-4] T1: an end in order is one for whoever keeps to it', async () => {
    const serving = await serve();
    const { open, server, over } = await intruder(serving);
    for (let lane = 0; lane < STREAMS_MAX - 1; lane++) {
      const stream = await open();
      stream.writer.writeSync(testFrame(lane, lane, 100));
      stream.writer.endSync();
    }
    (await open()).writer.endSync();
    await server.until(() => server.closes.length > 0);
    expect(server.closes).toEqual([{ reason: 'peer', detail: '' }]);
    expect(server.received).toBe(STREAMS_MAX - 1);
    expect(await over).toMatchObject({ code: 'ERR_QUIC_APPLICATION_ERROR', errorCode: 0x100n });
  });

  test('[FRAME-4] T3: a frame that says it is huge is malformed with its header', async () => {
    const serving = await serve();
    const { open, server } = await intruder(serving);
    const stream = await open();
    stream.writer.writeSync(new Uint8Array([1, 1, CHAT_LANE, 0xff, 0xff, 0xff, 0, 0, 0, 1]));
    await server.until(() => server.closes.length > 0);
    expect(server.faults.map((error) => error.codeName)).toEqual(['FRAME_TOO_LARGE']);
    expect(server.reason).toBe('malformed');
    await serving.serves();
  });

  test('[QUIC-3] T3: half frames on every stream hold no more than their bound', async () => {
    const serving = await serve();
    const { open, server } = await intruder(serving);
    server.connection.limitBody(128 * 1024);
    const most = testFrame(0, 1, 128 * 1024).subarray(0, 120 * 1024);
    let sent = 0;
    for (let lane = FIRST_FILE_LANE; lane < STREAMS_MAX && server.closes.length === 0; lane++) {
      const stream = await open().catch(() => undefined);
      const half = most.slice();
      half[2] = lane;
      stream?.writer.writeSync(half);
      sent += half.length;
      await soon();
    }
    await expectMalformed(server, 'more unfinished frames than this side holds');
    expect(sent).toBeLessThan(9 * 1024 * 1024);
    await serving.serves();
  });

  test('[QUIC-6] T4: datagrams that are not one whole frame are dropped', async () => {
    const serving = await serve();
    const { session, server } = await intruder(serving);
    const make = noise(9);
    const whole = testFrame(CHAT_LANE, 7, 40);
    for (let round = 0; round < 50; round++) {
      await session.sendDatagram(make(1 + round * 20));
      await session.sendDatagram(whole.subarray(0, whole.length - 1));
      await session.sendDatagram(testRun(CHAT_LANE, 1, 2, 10));
    }
    while (server.received === 0) {
      await session.sendDatagram(whole);
      await soon();
    }
    expect(new Set(server.ids(CHAT_LANE))).toEqual(new Set([7]));
    expect(server.closes).toEqual([]);
  });

  test('[QUIC-5] T3: what a peer says at its end is cut short, and no more than letters', async () => {
    const serving = await serve();
    const { session, server } = await intruder(serving);
    const reason = `\u001b[31m${'x'.repeat(900)}`;
    session.destroy(undefined, { code: 0x101, type: 'application', reason });
    await server.until(() => server.closes.length > 0);
    expect(server.closes).toEqual([{ reason: 'lost', detail: `?[31m${'x'.repeat(195)}` }]);
  });

  test('[BUFFER-3] T10: a close towards a peer that does not answer ends all the same', async () => {
    const serving = await serve();
    const { server } = await intruder(serving);
    server.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 1));
    server.connection.close();
    await server.until(() => server.closes.length > 0);
    expect(server.closes.map(({ reason }) => reason)).toEqual(['local']);
    await serving.serves();
  });
});
