import { describe, expect, test } from 'bun:test';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { EXPORTER_BYTES, EXPORTER_LABEL } from '@sotto/protocol';
import { testIdentity } from '../testing/identity.ts';
import { bindingOfKeyLog, tlsExporter } from './exporter.ts';

const HOST = '127.0.0.1';
const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

/** A TLS connection that has logged its exporter secret. */
async function tlsWithLog(): Promise<{ line: string; socket: TLSSocket; close: () => void }> {
  const identity = await testIdentity();
  const server = createServer({ cert: identity.certificate, key: identity.privateKey });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const socket = connect({ host: HOST, port, minVersion: 'TLSv1.3', rejectUnauthorized: false });
  const line = new Promise<string>((resolve) => {
    socket.on('keylog', (line: Buffer) => {
      if (line.toString().startsWith('EXPORTER_SECRET')) resolve(line.toString());
    });
  });
  await new Promise((resolve) => socket.once('secureConnect', resolve));
  const close = () => {
    socket.destroy();
    server.close();
  };
  return { line: await line, socket, close };
}

describe('the exporter', () => {
  test('[QUIC-7] T3: what the key log gives is what TLS itself exports', async () => {
    const { line, socket, close } = await tlsWithLog();
    const own = socket.exportKeyingMaterial(EXPORTER_BYTES, EXPORTER_LABEL, Buffer.alloc(0));
    expect(bindingOfKeyLog(line)?.value).toEqual(new Uint8Array(own));
    const secret = hex(line.trim().split(' ')[2] ?? '');
    for (const [label, bytes, context] of [
      ['EXPORTER-Channel-Binding', 16, Buffer.from('context')],
      ['another label', 32, Buffer.alloc(200, 7)],
      ['x', 1, Buffer.alloc(0)],
    ] as const)
      expect(tlsExporter(secret, label, bytes, context)).toEqual(
        new Uint8Array(socket.exportKeyingMaterial(bytes, label, context)),
      );
    close();
  });

  test('[QUIC-7] T3: so it is with SHA-384, as OpenSSL has it', () => {
    const secret = hex(
      '4ae0615a45c68099c183953bd5af99a5a910f1ba4a6df548d4a6070f09c628a19c1c6ba9255f1ae21ea7b697087c34df',
    );
    expect(tlsExporter(secret, EXPORTER_LABEL, EXPORTER_BYTES)).toEqual(
      hex('389992dbeb311375f48caa6afc48507f8e004319946c9b5f7e2eccdb27c4390f'),
    );
    expect(tlsExporter(secret, 'a label', 40, Buffer.from('context'))).toEqual(
      hex('9b9ce4044791c557826a581db94ff55c0c06b43b8a5ca6982bc37946b9ea0df54d3f14cb86d54072'),
    );
  });

  test('[QUIC-7] T3: the exporter master secret of RFC 8448 section 3, by hand', () => {
    const secret = hex('fe22f881 176eda18 eb8f4452 9e6792c5 0c9a3f89 452f68d8 ae311b43 09d3cf50');
    // HKDF-Expand-Label by WebCrypto's definition, written out: info is length, "tls13 " label, context.
    const expand = (key: Uint8Array, label: string, context: Uint8Array) => {
      const info = new Uint8Array([
        0,
        32,
        6 + label.length,
        ...Buffer.from(`tls13 ${label}`),
        context.length,
        ...context,
        1,
      ]);
      return new Uint8Array(new Bun.CryptoHasher('sha256', key).update(info).digest());
    };
    const empty = new Uint8Array(new Bun.CryptoHasher('sha256').digest());
    expect(tlsExporter(secret, EXPORTER_LABEL, 32)).toEqual(
      expand(expand(secret, EXPORTER_LABEL, empty), 'exporter', empty),
    );
  });

  test('[QUIC-7] T3: nothing is taken of the other secrets', () => {
    for (const label of ['CLIENT_TRAFFIC_SECRET_0', 'SERVER_HANDSHAKE_TRAFFIC_SECRET', ''])
      expect(bindingOfKeyLog(`${label} ${'a'.repeat(64)} ${'b'.repeat(64)}\n`)).toBeUndefined();
  });
});
