/** The ways to a server that Bun and Node.js have. */
import { ALPN, DEFAULT_PORTS } from '@sotto/protocol';
import type { Dial } from '@sotto/transport';
import { dialQuic, isQuicAvailable } from '@sotto/transport/quic';
import { dialTls, readTlsGroup } from '@sotto/transport/tls';
import { dialUdp } from '@sotto/transport/udp';
import { dialWebSocket } from '@sotto/transport/websocket';
import type { Route } from './environment.ts';
import type { ServerAddress } from './server-address.ts';
import type { TrustPolicy } from './trust.ts';

export type NativeTransport = 'udp' | 'quic' | 'tls' | 'websocket';

/** `auto` looks for the best one that works and moves to a better one when it does [PATH-1]. */
export type TransportChoice = 'auto' | NativeTransport;

const DIALS: Readonly<Record<NativeTransport, typeof dialTls>> = {
  udp: dialUdp,
  quic: dialQuic,
  tls: dialTls,
  websocket: dialWebSocket,
};

/** Those that this runtime has, best first [PATH-1]. */
export const nativeTransports = (hasQuic = isQuicAvailable()): readonly NativeTransport[] => [
  'udp',
  ...(hasQuic ? (['quic'] as const) : []),
  'tls',
  'websocket',
];

/** Throws Error where this runtime lacks the one that is asked for. */
export function nativeRoutes(
  { host, port }: ServerAddress,
  choice: TransportChoice,
  trust: TrustPolicy | undefined,
  available = nativeTransports(),
): Route[] {
  const authorities = trust?.kind === 'authority' ? trust.certificates : undefined;
  const wanted = choice === 'auto' ? available : available.filter((transport) => transport === choice);
  if (wanted.length === 0)
    throw new Error(`this runtime has no ${choice}; use ${available.join(', ')} or auto`);
  return wanted.map((transport) => {
    const dial: Dial = (options) =>
      DIALS[transport](authorities === undefined ? options : { ...options, authorities });
    return { transport, host, port: port ?? DEFAULT_PORTS[transport], dial };
  });
}

/** What the connection itself does not tell on this runtime, by a handshake of its own. */
export async function readGroup({ transport, host, port }: Route, signal: AbortSignal): Promise<string> {
  if (transport === 'tls') return readTlsGroup({ host, port, alpn: ALPN, signal });
  return transport === 'websocket' ? readTlsGroup({ host, port, signal }) : '';
}
