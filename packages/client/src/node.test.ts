import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { formatFingerprint } from '@sotto/protocol';
import type { Listener, TlsIdentity } from '@sotto/transport';
import { listenQuic } from '@sotto/transport/quic';
import { testIdentity } from '@sotto/transport/testing/identity';
import { listenTls } from '@sotto/transport/tls';
import { listenUdp } from '@sotto/transport/udp';
import { listenWebSocket } from '@sotto/transport/websocket';
import { connect, hello, helloAll, ServerIdentityChanged, ServerNotTrusted } from './node.ts';
import { FakeServer } from './testing/fake-server.ts';
import { createWorld, follow } from './testing/harness.ts';

const SYSTEM_CLOCK = { now: () => Date.now(), after: () => () => {} };
const fake = new FakeServer(SYSTEM_CLOCK);
let identity: TlsIdentity;
const TRANSPORTS = ['udp', 'quic', 'tls', 'websocket'] as const;
let listeners: Record<(typeof TRANSPORTS)[number], Listener>;

beforeAll(async () => {
  identity = await testIdentity();
  fake.certificateSha256 = identity.certificateSha256;
  const options = { hostname: '127.0.0.1', port: 0, identity, accept: fake.accepting };
  listeners = {
    udp: await listenUdp(options),
    quic: await listenQuic(options),
    tls: listenTls(options),
    websocket: listenWebSocket(options),
  };
});
afterAll(() => Promise.all(Object.values(listeners).map((listener) => listener.close())));

const trusting = {
  kind: 'firstUse',
  known: { get: async () => undefined, set: async () => {} },
  confirm: async () => true,
} as const;

describe('the SDK over the network (C4)', () => {
  test.each(TRANSPORTS)('hello over %s (T15, T18)', async (transport) => {
    const server = `127.0.0.1:${listeners[transport].port}`;
    const report = await hello({ server, transport });
    expect(report).toMatchObject({
      transport,
      server: 'fake/1',
      protocolVersion: 1,
      tlsProtocol: 'TLSv1.3',
      fingerprint: formatFingerprint(identity.certificateSha256),
    });
    // Only these watch their path themselves.
    const watches = transport === 'udp' || transport === 'quic';
    expect(report.path?.windowBytes ?? 0).toBeGreaterThan(watches ? 10_000 : -1);
    expect(report.path === undefined).toBe(!watches);
    const pin = { kind: 'pin', sha256: new Uint8Array(32) } as const;
    await expect(hello({ server, transport, trust: pin })).rejects.toBeInstanceOf(ServerIdentityChanged);
    await expect(hello({ server, transport, trust: { kind: 'authority' } })).rejects.toBeInstanceOf(
      ServerNotTrusted,
    );
  });

  test('T15 [PATH-1]: hello over every transport, from the port of one', async () => {
    fake.endpoints = TRANSPORTS.map((transport) => ({ transport, port: listeners[transport].port }));
    const { port } = listeners.websocket;
    const answers = await helloAll({ server: `127.0.0.1:${port}` });
    expect(answers.map(({ transport }) => transport)).toEqual([...TRANSPORTS]);
    for (const [index, answer] of answers.entries()) {
      if (!('report' in answer)) throw answer.error;
      const { report } = answer;
      expect(report.port).toBe(fake.endpoints[index]?.port ?? 0);
      expect(report.group).toBe('X25519MLKEM768');
      expect(report.medianRoundTripMs).toBeGreaterThanOrEqual(report.roundTripMs);
      expect(report.fingerprint).toBe(formatFingerprint(identity.certificateSha256));
    }
    fake.endpoints = [];
  });

  test.each(TRANSPORTS)('auto finds %s alone on the port it was given (T17)', async (transport) => {
    const report = await hello({ server: `127.0.0.1:${listeners[transport].port}` });
    expect(report.transport).toBe(transport);
  });

  test.each(TRANSPORTS)('resume and talk over %s, bound to the channel', async (transport) => {
    const { store } = await createWorld();
    fake.token = 'token-0';
    fake.generation = 0;
    const server = `127.0.0.1:${listeners[transport].port}`;
    const client = await connect({ server, transport, trust: trusting, store });
    const seen = follow(client);
    expect(await client.resume()).toMatchObject({ name: 'alice' });
    await client.send('lobby', `over ${transport}`);
    await client.flushed();
    expect(client.rooms[0]?.head).toBeGreaterThan(0);
    await client.close();
    await seen.done;
    expect(seen.kinds).toContain('connection');
  });
});
