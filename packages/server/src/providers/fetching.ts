/** One HTTP request as a provider may get it: where it may go, how much is read, and what each failure is. */
import { ProviderError } from '../assistants/provider.ts';
import { addressesFor, type LookUp } from './addresses.ts';
import { bounded, inTurns, startOfText } from './bounds.ts';
import { type Asked, connectionFault, statusFault } from './faults.ts';

export interface Fetching {
  privateHosts: readonly string[];
  lookUp: LookUp;
  nowMs: () => number;
}

export interface Sent {
  headers: Headers;
  body: string;
}

/**
 * A response of events, whose body is within bounds. Rejects with ProviderError or the reason of `signal`; nothing stays open
 * then. Where the body fails `failed` is told, and it ends.
 */
export async function fetchEvents(
  url: URL,
  sent: Sent,
  asked: Asked,
  signal: AbortSignal,
  failed: (error: unknown) => void,
  { privateHosts, lookUp, nowMs }: Fetching,
): Promise<Response> {
  const stop = new AbortController();
  const ended = AbortSignal.any([signal, stop.signal]);
  const fault = (error: unknown) => (signal.aborted ? signal.reason : connectionFault(error, asked));
  try {
    const addresses = await unlessAborted(addressesFor(url, privateHosts, lookUp), signal);
    const response = await post(url, sent, addresses, ended);
    const { body, status, headers } = response;
    if (status !== 200) {
      const text = body === null ? '' : await startOfText(body);
      throw statusFault(status, headers, text, asked, nowMs());
    }
    if (body === null || !/^text\/event-stream\s*(;|$)/i.test(headers.get('content-type') ?? ''))
      throw new ProviderError(
        'malformed',
        `${asked.host} sent no stream of events; is its URL that of an API?`,
      );
    const rest = bounded(
      body,
      (error) => failed(fault(error)),
      () => stop.abort(),
    );
    return new Response(inTurns(rest), { status, headers });
  } catch (error) {
    stop.abort();
    throw fault(error);
  }
}

/** To the first of `addresses` that takes the connection; what was sent is not sent again. */
async function post(
  url: URL,
  sent: Sent,
  addresses: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<Response> {
  if (addresses === undefined) return postTo(url, sent, undefined, signal);
  let refusal: unknown;
  for (const address of addresses) {
    try {
      return await postTo(url, sent, address, signal);
    } catch (error) {
      if (signal.aborted || !neverConnected(error)) throw error;
      refusal = error;
    }
  }
  throw refusal;
}

/** `address` instead of that of the name, which the certificate has to be for all the same. */
export function postTo(
  url: URL,
  { headers, body }: Sent,
  address: string | undefined,
  signal: AbortSignal,
  ca?: string,
): Promise<Response> {
  const target = new URL(url);
  const named = new Headers(headers);
  // Nothing is decompressed: a small response cannot become a large one.
  named.set('accept-encoding', 'identity');
  if (address !== undefined) {
    target.hostname = address.includes(':') ? `[${address}]` : address;
    named.set('host', url.host);
  }
  return fetch(target, {
    method: 'POST',
    headers: named,
    body,
    signal,
    redirect: 'manual',
    keepalive: false,
    decompress: false,
    tls: {
      ...(address === undefined ? {} : { serverName: url.hostname }),
      ...(ca === undefined ? {} : { ca }),
    },
  });
}

const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'FailedToOpenSocket']);

const neverConnected = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  NEVER_CONNECTED.has(error.code);

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const aborted = () => reject(signal.reason);
    if (signal.aborted) aborted();
    signal.addEventListener('abort', aborted, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted));
  });
}
