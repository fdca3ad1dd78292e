import { DialError } from '../contract.ts';

const UNREACHABLE: Record<string, string> = {
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name could not be looked up',
  EHOSTUNREACH: 'the host is unreachable',
  ENETUNREACH: 'the network is unreachable',
  ECONNRESET: 'the connection was reset',
};

/** The runtime's error, in words that name the server and the cause. */
export function dialError({ host, port }: { host: string; port: number }, error: unknown): DialError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : String(error);
  const server = `${host}:${port}`;
  if (code === 'ECONNREFUSED') {
    return new DialError('refused', `${server} refused the connection: nothing listens there`, {
      cause: error,
    });
  }
  if (code === 'ETIMEDOUT') return new DialError('timeout', `${server} did not answer`, { cause: error });
  const unreachable = UNREACHABLE[code];
  if (unreachable !== undefined) {
    return new DialError('lost', `cannot reach ${server}: ${unreachable}`, { cause: error });
  }
  return new DialError('malformed', `${server} is not a Sotto server: ${message}`, { cause: error });
}
