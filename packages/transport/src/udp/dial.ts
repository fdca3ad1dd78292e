import { CloseCode, type UdpEnd } from '@sotto/protocol/udp';
import { type Connection, type Dial, DialError } from '../contract.ts';
import { type DialWithinOptions, dialAddresses } from '../dial-addresses.ts';
import { calledOff } from '../dial-limit.ts';
import { dialError } from '../tls/dial-error.ts';
import { UdpTransportConnection } from './connection.ts';
import { UdpDriver } from './driver.ts';
import { environmentWith, openSocket } from './environment.ts';
import { Roaming } from './roaming.ts';
import { clientTlsOf, type TlsClient } from './tls-client.ts';

/** Connects over UDP, on Bun and Node.js. */
export const dialUdp: Dial = (options) => dialUdpWithin(options);

/** As `dialUdp`, for those who have no time for the usual limit. */
export const dialUdpWithin = (options: DialWithinOptions): Promise<Connection> =>
  dialAddresses(options, (address, signal) => attempt(options, address, signal));

/** One address. Nothing stays open when it fails or is called off. */
async function attempt(
  options: DialWithinOptions,
  address: string,
  signal: AbortSignal,
): Promise<Connection> {
  const { promise, resolve, reject } = Promise.withResolvers<Connection>();
  const tls = clientTlsOf(options);
  const environment = environmentWith(tls.start);
  const driver: UdpDriver = new UdpDriver({ environment, open: openSocket, idle: () => driver.closeAll() });
  const roaming = new Roaming(driver, address, options.port);
  /** Ends the attempt, not what came of it. */
  const over = new AbortController();
  const path = await roaming.open(() => {
    reject(refusal(options));
    over.abort();
  });
  const udp = driver.connect({
    path,
    established(udp) {
      over.signal.removeEventListener('abort', abort);
      signal.removeEventListener('abort', abort);
      const connection = new UdpTransportConnection(udp, tls.certificateSha256, tls.group);
      const sink = connection.start(options.events);
      resolve(connection);
      return { ...sink, closed: (end) => withLastWords(driver, () => sink.closed(end)) };
    },
    failed: (end) => withLastWords(driver, () => reject(failure(options, tls, end))),
    move() {
      roaming.move(udp);
      return undefined;
    },
  });
  const abort = () => udp.abort();
  for (const end of [signal, over.signal]) {
    end.addEventListener('abort', abort, { once: true });
    if (end.aborted) abort();
  }
  return promise;
}

/** Whoever ends still answers for a moment [END-1], which no program has to wait for. */
function withLastWords(driver: UdpDriver, tell: () => void): void {
  driver.unref();
  tell();
}

const refusal = (options: DialWithinOptions): DialError =>
  dialError(options, Object.assign(new Error('nothing listens there'), { code: 'ECONNREFUSED' }));

function failure(
  options: DialWithinOptions,
  { refusal }: TlsClient,
  { by, code, reason }: UdpEnd,
): DialError {
  if (refusal instanceof DialError) return refusal;
  const server = `${options.host}:${options.port}`;
  if (by === 'local') return calledOff(options);
  if (by === 'timeout') return new DialError('timeout', `${server} did not answer`);
  if (by === 'peer' && code === CloseCode.refused)
    return new DialError('refused', `${server} refused the connection: ${reason}`);
  return new DialError('malformed', `${server} is not a Sotto server: ${reason}`);
}
