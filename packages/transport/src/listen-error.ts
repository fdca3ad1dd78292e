import { ListenError, type TransportName } from './contract.ts';

const REASONS: Record<string, { reason: ListenError['reason']; words: string }> = {
  EADDRINUSE: { reason: 'portInUse', words: 'the port is in use' },
  EACCES: { reason: 'notPermitted', words: 'this user may not open the port' },
  EPERM: { reason: 'notPermitted', words: 'this user may not open the port' },
  EADDRNOTAVAIL: { reason: 'addressUnknown', words: 'this machine does not have the address' },
};

/** The runtime's error, in words that name the transport, the address and the port. */
export function listenError(
  transport: TransportName,
  address: string,
  port: number,
  error: unknown,
): ListenError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : String(error);
  const { reason, words } = REASONS[code] ?? { reason: 'other' as const, words: message };
  return new ListenError(
    transport,
    port,
    reason,
    `cannot listen for ${transport} on ${address}:${port}: ${words}`,
    {
      cause: error,
    },
  );
}
