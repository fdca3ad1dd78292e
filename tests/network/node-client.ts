/**
 * Runs on Node.js: dials a server over TLS, WebSocket and UDP with the native clients, sends a frame on each, and prints
 * what came back. Arguments: TLS port, WebSocket port, UDP port.
 */
import { CHAT_LANE, encodeFrame } from '@sotto/protocol';
import type { Dial } from '@sotto/transport';
import { dialTls } from '@sotto/transport/tls';
import { dialUdp } from '@sotto/transport/udp';
import { dialWebSocket } from '@sotto/transport/websocket';

const frame = encodeFrame(
  { version: 1, type: 1, lane: CHAT_LANE, requestId: 7 },
  new Uint8Array(300).fill(5),
);

/** What the server echoed, and the channel it came over. */
async function roundTrip(dial: Dial, port: number) {
  const echoed = Promise.withResolvers<string>();
  const closed = Promise.withResolvers<string>();
  const connection = await dial({
    host: '127.0.0.1',
    port,
    verify: () => {},
    events: () => ({
      frame: (bytes) => echoed.resolve(Buffer.from(bytes).toString('hex')),
      datagram: () => {},
      drain: () => {},
      pathChanged: () => {},
      closed: (reason) => closed.resolve(reason),
    }),
  });
  connection.send(CHAT_LANE, frame);
  const echo = await echoed.promise;
  const { binding, security } = connection;
  connection.close();
  return {
    intact: echo === Buffer.from(frame).toString('hex'),
    binding: Buffer.from(binding.value).toString('hex'),
    protocol: security.protocol,
    closed: await closed.promise,
  };
}

const [tlsPort, webSocketPort, udpPort] = process.argv.slice(2).map(Number);
const tls = await roundTrip(dialTls, tlsPort ?? 0);
const websocket = await roundTrip(dialWebSocket, webSocketPort ?? 0);
const udp = await roundTrip(dialUdp, udpPort ?? 0);
// The second time with the session of the first.
const resumed = await roundTrip(dialUdp, udpPort ?? 0);
console.log(JSON.stringify({ tls, websocket, udp, resumed }));
