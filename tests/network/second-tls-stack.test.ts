/** Node.js with OpenSSL against our listeners, so that not only one TLS library ever talks to itself. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import type { Accept, Connection, Listener } from '@sotto/transport';
import { testIdentity } from '@sotto/transport/testing/identity';
import { listenTls } from '@sotto/transport/tls';
import { listenUdp } from '@sotto/transport/udp';
import { listenWebSocket } from '@sotto/transport/websocket';
import { INSTALL_TIMEOUT_MS, installNode, NODE_SUPPORTED, runNode } from './node-runtime.ts';

const connections: Connection[] = [];
const echo: Accept = (connection) => {
  connections.push(connection);
  return {
    frame: (bytes) => connection.send(1, bytes.slice()),
    datagram: () => {},
    drain: () => {},
    pathChanged: () => {},
    closed: () => {},
  };
};

/** Connects with one key exchange alone and prints the version and the ALPN name. */
const HANDSHAKE = `
  const [port, group, alpn] = process.argv.slice(1);
  const socket = require('node:tls').connect(
    { host: '127.0.0.1', port: Number(port), rejectUnauthorized: false, ecdhCurve: group, ALPNProtocols: [alpn] },
    () => { console.log(socket.getProtocol(), socket.alpnProtocol); socket.destroy(); },
  );`;

describe.skipIf(!NODE_SUPPORTED)('Node.js 26 with OpenSSL', () => {
  let tls: Listener;
  let websocket: Listener;
  let udp: Listener;

  beforeAll(async () => {
    await installNode();
    const identity = await testIdentity();
    const options = { hostname: '127.0.0.1', port: 0, identity, accept: echo };
    tls = listenTls(options);
    websocket = listenWebSocket(options);
    udp = await listenUdp(options);
  }, INSTALL_TIMEOUT_MS);
  afterAll(() => Promise.all([tls, websocket, udp].map((listener) => listener.close())));

  const handshake = (listener: Listener, group: string, alpn: string): Promise<string> =>
    runNode('-e', HANDSHAKE, String(listener.port), group, alpn);

  test('[TLS-3] T1: both listeners negotiate X25519MLKEM768, and classical exchanges still', async () => {
    for (const group of ['X25519MLKEM768', 'X25519']) {
      expect(await handshake(tls, group, 'sotto/1')).toBe('TLSv1.3 sotto/1\n');
      expect(await handshake(websocket, group, 'http/1.1')).toStartWith('TLSv1.3');
    }
  });

  test('[TLS-6] [BIND-1] [SHAKE-9] C4: the native clients run on Node.js, bound to the same channel as the server', async () => {
    connections.length = 0;
    const script = join(import.meta.dir, 'node-client.ts');
    const output = JSON.parse(
      await runNode(script, ...[tls, websocket, udp].map(({ port }) => String(port))),
    );
    const expected = { intact: true, protocol: 'TLSv1.3', closed: 'local', binding: expect.any(String) };
    expect(output).toEqual({ tls: expected, websocket: expected, udp: expected, resumed: expected });
    expect(output.websocket.binding).toBe(Buffer.from(connections[1]?.binding.value ?? []).toString('hex'));
    expect(output.tls.binding).toHaveLength(64);
    expect(output.udp.binding).toBe(Buffer.from(connections[2]?.binding.value ?? []).toString('hex'));
    expect(output.resumed.binding).not.toBe(output.udp.binding);
  });

  test('[QUIC-1] T1: QUIC can be imported where there is none, and says so when it is asked for', async () => {
    const output = JSON.parse(await runNode(join(import.meta.dir, 'node-quic.ts')));
    const words = 'this runtime has no QUIC: it comes with Bun';
    expect(output).toEqual({
      isAvailable: false,
      dialled: { name: 'DialError', reason: 'lost', message: `cannot reach 127.0.0.1:4433: ${words}` },
      listened: {
        name: 'ListenError',
        reason: 'other',
        message: `cannot listen for quic on 127.0.0.1:4433: ${words}`,
      },
    });
  });
});
