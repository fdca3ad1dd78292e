/** Sends as many datagrams as it is told to a port where nobody listens, then says how many. */
import { say } from './line-process.ts';
import { FAR_ADDRESS } from './path.ts';

export const BURST_PORT = 9;
export const BURST_DATAGRAM_BYTES = 100;

if (import.meta.main) {
  const count = Number(process.argv[2]);
  const socket = await Bun.udpSocket({});
  const datagram = new Uint8Array(BURST_DATAGRAM_BYTES);
  for (let sent = 0; sent < count; sent++) socket.send(datagram, BURST_PORT, FAR_ADDRESS);
  say(count);
  // Long enough for a reader of the output; the path ends this process earlier in any case.
  process.stdin.resume();
}
