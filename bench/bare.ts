/** The least that can hold a TLS connection on this runtime: the peer that idle memory is compared with. */
import './collect.ts';
import { ALPN } from '@sotto/protocol';

const [certificateFile = '', keyFile = ''] = process.argv.slice(2);
const listener = Bun.listen({
  hostname: '127.0.0.1',
  port: 0,
  tls: {
    cert: await Bun.file(certificateFile).text(),
    key: await Bun.file(keyFile).text(),
    minVersion: 0x0304,
    ALPNProtocols: Buffer.from(`${String.fromCharCode(ALPN.length)}${ALPN}`),
  } as Bun.TLSOptions,
  socket: { data: () => {} },
});
console.log(`tls ${listener.port}`);
console.log('ready');
