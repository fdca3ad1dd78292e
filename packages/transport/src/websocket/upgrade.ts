/** The opening handshake of RFC 6455 section 4, as a client makes it on a verified TLS socket. */
import { createHash, randomBytes } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { WEBSOCKET_PATH } from '@sotto/protocol';

const ACCEPT_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const RESPONSE_MAX_BYTES = 8 * 1024;
const END_OF_HEADERS = '\r\n\r\n';

/** Sends the request and reads the response; resolves with what came after it. Rejects with a plain Error that says why. */
export function upgrade(socket: TLSSocket, host: string, port: number): Promise<Uint8Array> {
  const key = randomBytes(16).toString('base64');
  socket.write(requestText(host, port, key));
  return new Promise((resolve, reject) => {
    let response: Buffer = Buffer.alloc(0);
    const settle = (finish: () => void) => {
      socket.off('data', onData).off('error', onError).off('close', onClose);
      socket.pause();
      finish();
    };
    const onData = (bytes: Buffer) => {
      response = Buffer.concat([response, bytes]);
      const end = response.indexOf(END_OF_HEADERS);
      if (end < 0 && response.length <= RESPONSE_MAX_BYTES) return;
      settle(() => {
        const problem =
          end < 0 ? 'its answer is no HTTP response' : problemOf(response.toString('latin1', 0, end), key);
        if (problem !== undefined) reject(new Error(problem));
        else resolve(new Uint8Array(response.subarray(end + END_OF_HEADERS.length)));
      });
    };
    const onError = (error: Error) => settle(() => reject(error));
    const onClose = () => settle(() => reject(new Error('it closed the connection')));
    socket.on('data', onData).on('error', onError).on('close', onClose);
    socket.resume();
  });
}

function requestText(host: string, port: number, key: string): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return [
    `GET ${WEBSOCKET_PATH} HTTP/1.1`,
    `Host: ${name}:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${key}`,
    '',
    '',
  ].join('\r\n');
}

function problemOf(head: string, key: string): string | undefined {
  const [status = '', ...lines] = head.split('\r\n');
  if (!/^HTTP\/1\.1 101\b/.test(status)) return `it answered "${printable(status)}"`;
  const expected = createHash('sha1')
    .update(key + ACCEPT_SUFFIX)
    .digest('base64');
  const accept = lines
    .map((line) => /^sec-websocket-accept:\s*(\S+)\s*$/i.exec(line)?.[1])
    .find((value) => value !== undefined);
  return accept === expected ? undefined : 'its WebSocket handshake is wrong';
}

const printable = (text: string): string => text.slice(0, 80).replace(/[^\x20-\x7e]/g, '?');
