import { ConfigError, type ServedTransport, type ServerConfig } from './config.ts';
import type { Log } from './logging.ts';

/** Those of the configuration that this runtime has. QUIC is the one that not every runtime has. */
export function availableTransports(
  { transports, quicIsOptional }: Pick<ServerConfig, 'transports' | 'quicIsOptional'>,
  hasQuic: boolean,
  log: Pick<Log, 'warn'>,
): readonly ServedTransport[] {
  if (hasQuic || !transports.includes('quic')) return transports;
  if (!quicIsOptional)
    throw new ConfigError('this runtime has no QUIC; leave out --quic-port, and quic from --only');
  log.warn({}, 'this runtime has no QUIC: the server runs without it');
  return transports.filter((transport) => transport !== 'quic');
}
