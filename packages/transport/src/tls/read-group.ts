import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { HANDSHAKE_TIMEOUT_MS } from '../contract.ts';
import { GroupReader } from './group.ts';
import { Records } from './records.ts';

export interface ReadGroupOptions {
  host: string;
  port: number;
  alpn?: string;
  signal?: AbortSignal;
  timeoutMs?: number;
}

/**
 * Which key exchange a TLS server chooses for this runtime, by a handshake that ends as soon as that is known. Empty where
 * there is no answer that tells it.
 */
export async function readTlsGroup(options: ReadGroupOptions): Promise<string> {
  const { host, port, alpn, signal, timeoutMs = HANDSHAKE_TIMEOUT_MS } = options;
  const { promise, resolve } = Promise.withResolvers<void>();
  const over = () => resolve();
  const reader = new GroupReader();
  const tcp = connectTcp({ host, port });
  const records = new Records((bytes) => tcp.write(bytes));
  // Nothing is said or believed here, so nobody has to be trusted.
  const tls = connectTls({
    socket: records,
    host,
    minVersion: 'TLSv1.3',
    rejectUnauthorized: false,
    ...(alpn === undefined ? {} : { ALPNProtocols: [alpn] }),
  });
  tcp.on('data', (bytes: Buffer) => {
    reader.push(bytes);
    records.push(bytes);
    if (reader.group !== '') over();
  });
  for (const end of [tcp, tls]) for (const event of ['error', 'close']) end.on(event, over);
  const timer = setTimeout(over, timeoutMs);
  signal?.addEventListener('abort', over);
  if (signal?.aborted) over();
  await promise;
  clearTimeout(timer);
  signal?.removeEventListener('abort', over);
  tls.destroy();
  records.destroy();
  tcp.destroy();
  return reader.group;
}
