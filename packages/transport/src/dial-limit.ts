import { DialError, type DialOptions, HANDSHAKE_TIMEOUT_MS } from './contract.ts';

export type Limited = Pick<DialOptions, 'host' | 'port' | 'signal'> & { timeoutMs?: number };

/** `interrupted` rejects with DialError when the time is up or the caller calls off; `stop` frees the timer. */
export function interruption(options: Limited): { interrupted: Promise<never>; stop: () => void } {
  const { host, port, signal, timeoutMs = HANDSHAKE_TIMEOUT_MS } = options;
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new DialError('timeout', `${host}:${port} did not complete the handshake within ${timeoutMs} ms`));
  }, timeoutMs);
  const onAbort = () => reject(calledOff(options));
  signal?.addEventListener('abort', onAbort, { once: true });
  const stop = () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  };
  return { interrupted: promise, stop };
}

export const calledOff = ({ host, port, signal }: Limited): DialError =>
  new DialError('local', `connecting to ${host}:${port} was called off`, { cause: signal?.reason });
