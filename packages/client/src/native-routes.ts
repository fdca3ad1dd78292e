/** The ways to a server that Bun and Node.js have. */
import { DEFAULT_PORTS } from '@sotto/protocol';
import type { Dial } from '@sotto/transport';
import { dialTls } from '@sotto/transport/tls';
import { dialUdp } from '@sotto/transport/udp';
import { dialWebSocket } from '@sotto/transport/websocket';
import type { Route } from './environment.ts';
import type { ServerAddress } from './server-address.ts';
import type { TrustPolicy } from './trust.ts';

/** `auto` looks for the best one that works and moves to a better one when it does [PATH-1]. */
export type TransportChoice = 'auto' | keyof typeof DIALS;

/** Best first [PATH-1]. */
const DIALS = { udp: dialUdp, tls: dialTls, websocket: dialWebSocket } as const;

export function nativeRoutes(
  { host, port }: ServerAddress,
  choice: TransportChoice,
  trust: TrustPolicy | undefined,
): Route[] {
  const authorities = trust?.kind === 'authority' ? trust.certificates : undefined;
  const transports = choice === 'auto' ? (['udp', 'tls', 'websocket'] as const) : [choice];
  return transports.map((transport) => {
    const dial: Dial = (options) =>
      DIALS[transport](authorities === undefined ? options : { ...options, authorities });
    return { transport, host, port: port ?? DEFAULT_PORTS[transport], dial };
  });
}

/** What the connection itself does not tell on this runtime, by a handshake of its own. */
export async function readGroup(_route: Route, _signal: AbortSignal): Promise<string> {
  return '';
}
