/** The `hello` diagnostic (T15): one connection, nothing secret, no account. */
import { Registration } from '@sotto/schema';
import type { VerifyCertificate } from '@sotto/transport';
import { open } from './connection/open.ts';
import { race } from './connection/race.ts';
import type { Environment, Route } from './environment.ts';
import { fingerprintOf } from './fingerprint.ts';
import { explain } from './supervisor/final.ts';
import type { HelloReport } from './types.ts';

const AGENT = 'sotto-hello/0.1.0';
const PINGS = 5;

const REGISTRATIONS: Readonly<Record<Registration, HelloReport['registration']>> = {
  [Registration.UNSPECIFIED]: 'closed',
  [Registration.OPEN]: 'open',
  [Registration.INVITE]: 'invite',
  [Registration.CLOSED]: 'closed',
  [Registration.OWNER_CODE]: 'owner-code',
};

export interface HelloOverOptions {
  routes: readonly Route[];
  verify: VerifyCertificate;
  environment: Environment;
  /** A clock finer than milliseconds. */
  precise(): number;
  signal: AbortSignal;
}

export async function helloOver(options: HelloOverOptions): Promise<HelloReport> {
  const { routes, verify, environment, precise, signal } = options;
  const startedAt = precise();
  const openRoute: Parameters<typeof race>[1] = (route, cancelled) =>
    open(route, { agent: AGENT, verify, environment }, cancelled);
  const { link, route, welcome } = await race(routes, openRoute, environment.clock, signal).catch((error) => {
    throw explain(error);
  });
  const handshakeMs = precise() - startedAt;
  try {
    const { protocol, cipher, group, certificateSha256 } = link.connection.security;
    const roundTripMs = await fastestPing(() => link.ping(), precise);
    const { path } = link.connection;
    return {
      transport: route.transport,
      server: welcome.agent,
      protocolVersion: welcome.version,
      roundTripMs,
      handshakeMs,
      ...(path === undefined ? {} : { path }),
      tlsProtocol: protocol,
      cipher,
      group,
      fingerprint: fingerprintOf(certificateSha256),
      registration: REGISTRATIONS[welcome.registration] ?? 'closed',
    };
  } finally {
    link.close();
  }
}

/** The least of a few: what the network needs, without what this machine was doing beside. */
async function fastestPing(ping: () => Promise<unknown>, precise: () => number): Promise<number> {
  let fastest = Number.POSITIVE_INFINITY;
  for (let count = 0; count < PINGS; count += 1) {
    const sentAt = precise();
    await ping();
    fastest = Math.min(fastest, precise() - sentAt);
  }
  return fastest;
}
