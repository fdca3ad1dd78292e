import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { createServer } from 'node:net';
import { ALPN, CHAT_LANE } from '@sotto/protocol';
import type { Listener } from '../contract.ts';
import { testIdentity } from '../testing/identity.ts';
import { networkHarness } from '../testing/network-harness.ts';
import { Peer, testFrame } from '../testing/peer.ts';
import { noise, throwAt, throwInTls } from '../testing/raw.ts';
import { startRelay } from '../testing/relay.ts';
import { expectServing } from '../testing/serving.ts';
import { dialTls, listenTls } from './index.ts';

const HOST = '127.0.0.1';
const identity = await testIdentity();
const accepted: Peer[] = [];
let listener: Listener;

beforeAll(() => {
  const accept = Peer.accept((peer) => accepted.push(peer));
  listener = listenTls({
    hostname: HOST,
    port: 0,
    identity,
    accept,
    handshakeTimeoutMs: 100,
    handshakesMax: 50,
  });
});
afterAll(() => listener.close());

describe('TLS listener', () => {
  test('[TLS-1] T1: anything below TLS 1.3 is refused', async () => {
    const { error } = await throwInTls(listener.port, { maxVersion: 'TLSv1.2', ALPNProtocols: [ALPN] });
    expect(error).toContain('PROTOCOL_VERSION');
    await expectServing(dialTls, listener.port, accepted);
  });

  test('[TLS-2] T1: a peer that offers another ALPN name, or none, is refused before a connection exists', async () => {
    const before = accepted.length;
    await throwInTls(listener.port, { ALPNProtocols: ['h2'] }, 'hello');
    await throwInTls(listener.port, {}, 'hello');
    expect(accepted.length).toBe(before);
    await expectServing(dialTls, listener.port, accepted);
  });

  test('[TLS-4] T1: plain HTTP and noise end, and harm nobody', async () => {
    const before = accepted.length;
    const make = noise(7);
    await throwAt(listener.port, new TextEncoder().encode('GET / HTTP/1.1\r\nHost: sotto\r\n\r\n'));
    await Promise.all(
      Array.from({ length: 40 }, (_, index) => throwAt(listener.port, make(1 + index * 37), true)),
    );
    // The start of a TLS record, then noise.
    const record = new Uint8Array([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, ...make(600)]);
    await throwAt(listener.port, record, true);
    expect(accepted.length).toBe(before);
    await expectServing(dialTls, listener.port, accepted);
  });

  test('[TLS-4] T1: a handshake that does not go on is dropped', async () => {
    const begun = new Uint8Array([0x16, 3, 1]);
    await Promise.all(Array.from({ length: 10 }, () => throwAt(listener.port, begun)));
    await expectServing(dialTls, listener.port, accepted);
  });

  test('[TLS-5] T1: a flood of handshakes that never finish is bounded, and passes', async () => {
    await Promise.all(Array.from({ length: 200 }, () => throwAt(listener.port, new Uint8Array([0x16]))));
    await expectServing(dialTls, listener.port, accepted);
  });

  test('[TLS-4] T1: noise inside TLS is malformed', async () => {
    const make = noise(11);
    for (let round = 0; round < 20; round++) {
      const before = accepted.length;
      const bytes = make(400);
      // A body length beyond every limit.
      bytes[3] = 0xff;
      await throwInTls(listener.port, { ALPNProtocols: [ALPN] }, bytes);
      expect(accepted.length).toBe(before + 1);
      const peer = accepted.at(-1);
      await peer?.until(() => peer.closes.length > 0);
      expect(peer?.reason).toBe('malformed');
    }
    await expectServing(dialTls, listener.port, accepted);
  });
});

describe('TLS path', () => {
  const harness = networkHarness(
    'tls',
    identity,
    startRelay,
    (accept) => listenTls({ hostname: HOST, port: 0, identity, accept }),
    dialTls,
  );

  async function openPair() {
    const server = Promise.withResolvers<Peer>();
    const client = Promise.withResolvers<Peer>();
    const relayed = await harness.listen(Peer.accept(server.resolve));
    const connection = await relayed.dial(Peer.accept(client.resolve));
    return {
      server: await server.promise,
      client: await client.promise,
      link: harness.link(connection),
      relayed,
    };
  }

  test('T10: a path that is cut is lost, at both ends, once', async () => {
    const { server, client, link, relayed } = await openPair();
    link.cut();
    await Promise.all([
      server.until(() => server.closes.length > 0),
      client.until(() => client.closes.length > 0),
    ]);
    expect([server.reason, client.reason]).toEqual(['lost', 'lost']);
    await relayed.close();
  });

  test('[BUFFER-3] T10: a close towards a peer that vanished ends all the same', async () => {
    const { server, client, link, relayed } = await openPair();
    link.freeze();
    server.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 1));
    server.connection.close();
    await server.until(() => server.closes.length > 0);
    expect(server.closes.map(({ reason }) => reason)).toEqual(['local']);
    client.connection.abort();
    await relayed.close();
  });
});

describe('dialling TLS', () => {
  const dial = (port: number, more: object = {}) =>
    dialTls({ host: HOST, port, verify: () => {}, events: Peer.accept(() => {}), ...more }).catch(
      (error: unknown) => error,
    );

  test('T18: a certificate that `verify` refuses is untrusted, and no connection is made', async () => {
    const before = accepted.length;
    const cause = new Error('another fingerprint');
    const verify = ({ authorized, problem }: { authorized: boolean; problem: string }) => {
      expect(authorized).toBe(false);
      expect(problem).not.toBe('');
      throw cause;
    };
    const events = () => {
      throw new Error('unreachable');
    };
    expect(await dial(listener.port, { verify, events })).toMatchObject({ reason: 'untrusted', cause });
    expect(accepted.slice(before).every((peer) => peer.received === 0)).toBe(true);
  });

  test('T18: an authority that signed the certificate makes it authorized', async () => {
    let authorized = false;
    const verify = (certificate: { authorized: boolean }) => {
      authorized = certificate.authorized;
    };
    const connection = await dialTls({
      host: 'localhost',
      port: listener.port,
      verify,
      authorities: identity.certificate,
      events: Peer.accept(() => {}),
    });
    connection.abort();
    expect(authorized).toBe(true);
  });

  test('T1: nobody there is refused', async () => {
    const free = listenTls({ hostname: HOST, port: 0, identity, accept: Peer.accept(() => {}) });
    await free.close();
    const error = await dial(free.port);
    expect(error).toMatchObject({ name: 'DialError', reason: 'refused' });
    expect(String(error)).toContain(`${HOST}:${free.port}`);
  });

  test('T1: a server of another kind is named as such; a silent one is called off', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      if (answers) socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    let answers = true;
    await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const error = await dial(port);
    expect(error).toMatchObject({ name: 'DialError', reason: 'malformed' });
    expect(String(error)).toContain('is not a Sotto server');
    answers = false;
    const controller = new AbortController();
    const pending = dial(port, { signal: controller.signal });
    controller.abort(new Error('enough'));
    expect(await pending).toMatchObject({ reason: 'local', cause: new Error('enough') });
    server.close();
  });

  test('T2: a port in use is named', () => {
    const listen = () =>
      listenTls({ hostname: HOST, port: listener.port, identity, accept: Peer.accept(() => {}) });
    expect(listen).toThrow(`cannot listen for tls on ${HOST}:${listener.port}: the port is in use`);
    expect(listen).toThrow(
      expect.objectContaining({ name: 'ListenError', reason: 'portInUse', port: listener.port }),
    );
  });
});
