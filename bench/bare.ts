/**
 * The least that TLS costs on this runtime: the peer that Sotto is compared with. It holds connections; with `flood` as
 * third argument it writes the same 100 event frames to each, as fast as they are taken.
 */
import './collect.ts';
import { ALPN, encode } from '@sotto/protocol';

const [certificateFile = '', keyFile = '', mode = ''] = process.argv.slice(2);
const FRAMES = 100;
const MESSAGE_BYTES = 200;

interface SocketState {
  rest: Uint8Array;
}

const frame = encode(1, 'event', 0, {
  stream: 8,
  sequence: 1,
  kind: 1,
  sender: 1,
  content: new Uint8Array(MESSAGE_BYTES),
});
const run = new Uint8Array(FRAMES * frame.length);
for (let index = 0; index < FRAMES; index++) run.set(frame, index * frame.length);

function flood(socket: Bun.Socket<SocketState | undefined>): void {
  if (mode !== 'flood') return;
  socket.data ??= { rest: run };
  for (;;) {
    const { rest } = socket.data;
    const written = Math.max(0, socket.write(rest));
    socket.data.rest = written < rest.length ? rest.subarray(written) : run;
    if (written < rest.length) return;
  }
}

const listener = Bun.listen<SocketState | undefined>({
  hostname: '127.0.0.1',
  port: 0,
  tls: {
    cert: await Bun.file(certificateFile).text(),
    key: await Bun.file(keyFile).text(),
    minVersion: 0x0304,
    ALPNProtocols: Buffer.from(`${String.fromCharCode(ALPN.length)}${ALPN}`),
  } as Bun.TLSOptions,
  socket: { handshake: flood, drain: flood, data: () => {} },
});
console.log(`tls ${listener.port}`);
console.log('ready');
process.on('SIGTERM', () => process.exit(0));
