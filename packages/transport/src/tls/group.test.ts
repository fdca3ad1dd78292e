import { afterAll, describe, expect, test } from 'bun:test';
import { connect, createServer, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { ALPN } from '@sotto/protocol';
import { testIdentity } from '../testing/identity.ts';
import { Peer } from '../testing/peer.ts';
import { noise } from '../testing/raw.ts';
import { GroupReader, keyExchangeGroup } from './group.ts';
import { listenTls, readTlsGroup } from './index.ts';
import { Records } from './records.ts';

const HOST = '127.0.0.1';
const identity = await testIdentity();
const accept = Peer.accept(() => {});
const ours = listenTls({ hostname: HOST, port: 0, identity, accept });
/** Asks for another key share than the client begins with. */
const picky = createTlsServer({
  cert: identity.certificate,
  key: identity.privateKey,
  ecdhCurve: 'secp384r1',
});
picky.on('tlsClientError', () => {});
const silent = createServer(() => {});
const rude = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
const ports = await Promise.all([picky, silent, rude].map(portOf));
const [pickyPort = 0, silentPort = 0, rudePort = 0] = ports;

afterAll(async () => {
  await ours.close();
  for (const server of [picky, silent, rude]) server.close();
});

async function portOf(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** All that a server says in a handshake. */
async function flightOf(port: number): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  const tcp: Socket = connect(port, HOST);
  const records = new Records((bytes) => tcp.write(bytes));
  const tls = connectTls({ socket: records, host: HOST, rejectUnauthorized: false, ALPNProtocols: [ALPN] });
  tls.on('error', () => {});
  tcp.on('data', (bytes: Buffer) => {
    parts.push(bytes);
    records.push(bytes);
  });
  await new Promise((resolve) => tls.once('secureConnect', resolve));
  tls.destroy();
  tcp.destroy();
  return new Uint8Array(Buffer.concat(parts));
}

describe('the key exchange of a server', () => {
  test('[TLS-3] T18: is read from its first flight, also after it asked for another key share', async () => {
    expect(keyExchangeGroup(await flightOf(ours.port))).toBe('X25519MLKEM768');
    const afterRetry = await flightOf(pickyPort);
    expect(Buffer.from(afterRetry).toString('hex')).toContain('cf21ad74e59a6111be1d8c021e65b891');
    expect(keyExchangeGroup(afterRetry)).toBe('secp384r1');
  });

  test('T18: comes to light with the byte that completes the ServerHello, however the bytes come', async () => {
    for (const port of [ours.port, pickyPort]) {
      const flight = await flightOf(port);
      const group = keyExchangeGroup(flight);
      const whole = Array.from({ length: flight.length + 1 }, (_, end) => end).find(
        (end) => keyExchangeGroup(flight.subarray(0, end)) !== '',
      );
      expect(keyExchangeGroup(flight.subarray(0, whole))).toBe(group);
      const reader = new GroupReader();
      for (let at = 0; at < flight.length; at += 7) reader.push(flight.subarray(at, at + 7));
      expect(reader.group).toBe(group);
    }
  });

  test('T3: nothing but a known name comes of any bytes, and nothing throws', async () => {
    const make = noise(3);
    const flights = [await flightOf(ours.port), await flightOf(pickyPort)];
    const names = new Set<string>();
    for (let round = 0; round < 20_000; round++) {
      const flight = (flights[round % 2] ?? new Uint8Array(0)).slice(0, 400);
      const places = make(4);
      for (let at = 0; at + 1 < places.length; at += 2) {
        const place =
          ((places[at] ?? 0) * 256 + (places[at + 1] ?? 0)) % (round % 3 === 0 ? 140 : flight.length);
        flight[place] = (flight[place] ?? 0) ^ (1 + (round % 255));
      }
      names.add(keyExchangeGroup(round % 7 === 0 ? make(round % 500) : flight));
    }
    for (const name of names) expect(name).toMatch(/^$|^(X|secp|Secp|SecP)[0-9A-Za-z]+$/);
    expect(names).toContain('');
    expect(keyExchangeGroup(new Uint8Array(0))).toBe('');
  });

  test('T3: a reader keeps little of what is no flight', () => {
    const reader = new GroupReader();
    const record = new Uint8Array(16_384);
    record.set([22, 3, 3, 0x3f, 0xf0, 2, 0, 0x3f, 0xe0]);
    for (let count = 0; count < 100; count++) reader.push(record);
    expect([reader.group, reader.heldBytes]).toEqual(['', 0]);
  });
});

describe('asking a server for its key exchange', () => {
  test('[TLS-3] T18: tells that of a server of ours and of others', async () => {
    expect(await readTlsGroup({ host: HOST, port: ours.port, alpn: ALPN })).toBe('X25519MLKEM768');
    expect(await readTlsGroup({ host: HOST, port: pickyPort })).toBe('secp384r1');
  });

  test('T1: whoever does not answer in TLS, or not in time, has none to tell', async () => {
    expect(await readTlsGroup({ host: HOST, port: rudePort })).toBe('');
    expect(await readTlsGroup({ host: HOST, port: silentPort, timeoutMs: 30 })).toBe('');
    expect(await readTlsGroup({ host: HOST, port: 1 })).toBe('');
    const controller = new AbortController();
    const asked = readTlsGroup({ host: HOST, port: silentPort, signal: controller.signal });
    controller.abort();
    expect(await asked).toBe('');
    expect(await readTlsGroup({ host: HOST, port: ours.port, signal: controller.signal })).toBe('');
  });
});
