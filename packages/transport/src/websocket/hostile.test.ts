import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { WEBSOCKET_PATH } from '@sotto/protocol';
import type { Listener } from '../contract.ts';
import { testIdentity } from '../testing/identity.ts';
import { Peer } from '../testing/peer.ts';
import { noise, openTls, throwAt, throwInTls } from '../testing/raw.ts';
import { expectServing } from '../testing/serving.ts';
import { dialWebSocket, listenWebSocket } from './index.ts';
import { BINARY, maskedFrame } from './messages.ts';

const HOST = '127.0.0.1';
const TEXT = 1;
const MASK = new Uint8Array([1, 2, 3, 4]);
const identity = await testIdentity();
const accepted: Peer[] = [];
let listener: Listener;

beforeAll(() => {
  listener = listenWebSocket({
    hostname: HOST,
    port: 0,
    identity,
    accept: Peer.accept((peer) => accepted.push(peer)),
    origins: ['https://chat.example'],
    fetch: (request) => new Response(`page ${new URL(request.url).pathname}`),
  });
});
afterAll(() => listener.close());

const request = (path: string, headers: Record<string, string> = {}): string =>
  [
    `GET ${path} HTTP/1.1`,
    `Host: ${HOST}:${listener.port}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ].join('\r\n');

const UPGRADE = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
};

/** The status of the answer to `text`. */
async function statusOf(text: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = openTls(listener.port, {}, text);
  socket.on('error', () => {});
  socket.once('data', (bytes) => {
    resolve(String(bytes).split(' ')[1] ?? '');
    socket.destroy();
  });
  return promise;
}

/** Upgrades by hand, sends `frame`, and resolves with the server's end when it has closed. */
async function sendRaw(frame: Uint8Array): Promise<Peer | undefined> {
  const before = accepted.length;
  await throwInTls(listener.port, {}, Buffer.concat([Buffer.from(request(WEBSOCKET_PATH, UPGRADE)), frame]));
  const peer = accepted[before];
  await peer?.until(() => peer.closes.length > 0);
  return peer;
}

describe('WebSocket listener', () => {
  test('[WS-1] T1: the endpoint upgrades; other paths go to the caller, other requests are told', async () => {
    expect(await statusOf(request(WEBSOCKET_PATH, UPGRADE))).toBe('101');
    expect(await statusOf(request(WEBSOCKET_PATH))).toBe('426');
    const response = await fetch(`https://${HOST}:${listener.port}/index.html`, {
      tls: { rejectUnauthorized: false },
    });
    expect(await response.text()).toBe('page /index.html');
  });

  test('[WS-2] T1: anything below TLS 1.3 is refused', async () => {
    const { error } = await throwInTls(listener.port, { maxVersion: 'TLSv1.2' });
    expect(error).toContain('PROTOCOL_VERSION');
  });

  test('[WS-5] T1: pages of other origins may not connect', async () => {
    const upgrade = (Origin: string) => statusOf(request(WEBSOCKET_PATH, { ...UPGRADE, Origin }));
    expect(await upgrade('https://evil.example')).toBe('403');
    expect(await upgrade('null')).toBe('403');
    expect(await upgrade(`http://${HOST}:${listener.port}`)).toBe('403');
    expect(await upgrade('https://chat.example')).toBe('101');
    expect(await upgrade(`https://${HOST}:${listener.port}`)).toBe('101');
  });

  test('[WS-3] T1: text messages are refused', async () => {
    expect((await sendRaw(maskedFrame(TEXT, new TextEncoder().encode('hi'), MASK)))?.reason).toBe(
      'malformed',
    );
    await expectServing(dialWebSocket, listener.port, accepted);
  });

  test('[WS-4] T1: a message that is too long is refused by its header', async () => {
    const frame = new Uint8Array([0x80 | BINARY, 0x80 | 127, 0, 0, 0, 1, 0, 0, 0, 0, ...MASK]);
    const peer = await sendRaw(frame);
    expect(peer?.closes.length).toBe(1);
    expect(peer?.received).toBe(0);
    await expectServing(dialWebSocket, listener.port, accepted);
  });

  test('[WS-6] T1: noise before TLS, in HTTP and in WebSocket ends, and harms nobody', async () => {
    const make = noise(3);
    await throwAt(listener.port, new TextEncoder().encode('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), true);
    await Promise.all(
      Array.from({ length: 30 }, (_, index) => throwAt(listener.port, make(1 + index * 31), true)),
    );
    for (let round = 0; round < 10; round++) {
      await throwInTls(listener.port, {}, make(300));
      const bytes = make(100);
      // Reserved bits that no extension has claimed.
      bytes[0] = 0xf2;
      expect((await sendRaw(bytes))?.closes.length).toBe(1);
    }
    await expectServing(dialWebSocket, listener.port, accepted);
  });

  test('T2: a port in use is named', () => {
    const listen = () =>
      listenWebSocket({ hostname: HOST, port: listener.port, identity, accept: Peer.accept(() => {}) });
    expect(listen).toThrow(`cannot listen for websocket on ${HOST}:${listener.port}: the port is in use`);
  });

  test('[WS-7] T18: a certificate that `verify` refuses gets not even a request', async () => {
    const before = accepted.length;
    const verify = () => {
      throw new Error('another fingerprint');
    };
    const failure = dialWebSocket({ host: HOST, port: listener.port, verify, events: Peer.accept(() => {}) });
    await expect(failure).rejects.toMatchObject({ name: 'DialError', reason: 'untrusted' });
    await expectServing(dialWebSocket, listener.port, accepted);
    expect(accepted.length).toBe(before + 1);
  });

  test('T1: a web server that is no Sotto server is named as such', async () => {
    const server = Bun.serve({
      hostname: HOST,
      port: 0,
      tls: { cert: identity.certificate, key: identity.privateKey },
      fetch: () => new Response('no such page', { status: 404 }),
    });
    const options = { host: HOST, port: server.port ?? 0, verify: () => {}, events: Peer.accept(() => {}) };
    await expect(dialWebSocket(options)).rejects.toThrow(/is not a Sotto server: it answered "HTTP\/1.1 404/);
    await server.stop(true);
  });
});
