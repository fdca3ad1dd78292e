/** The `hello` diagnostic (T15): one connection, nothing secret, no account. */
import type { Clock } from '@sotto/protocol';
import type { VerifyCertificate } from '@sotto/transport';
import { Farewells } from './connection/farewells.ts';
import { type Opened, open } from './connection/open.ts';
import { race } from './connection/race.ts';
import { toRegistration } from './describe/values.ts';
import type { Environment, Route } from './environment.ts';
import { fingerprintOf } from './fingerprint.ts';
import { explain } from './supervisor/final.ts';
import type { HelloReport } from './types.ts';

const AGENT = 'sotto-hello/0.1.0';

/** How the round trip is measured. The least is what the network needs without what this machine was doing beside. */
export interface Pings {
  count: number;
  gapMs: number;
}

const PINGS: Pings = { count: 5, gapMs: 0 };

export interface HelloOverOptions {
  routes: readonly Route[];
  verify: VerifyCertificate;
  environment: Environment;
  /** A clock finer than milliseconds. */
  precise(): number;
  signal: AbortSignal;
}

/** Over the first route that answers. */
export function helloOver(options: HelloOverOptions): Promise<HelloReport> {
  return visit(options, options.signal, (opened, handshakeMs) => report(opened, handshakeMs, PINGS, options));
}

/**
 * Gives `work` a connection over the first of the routes that answers, until `signal` aborts. Whoever asked may leave
 * right after it: the goodbye has been said by then, but for one who is in a hurry, since `signal` aborted.
 */
export async function visit<T>(
  { routes, verify, environment, precise }: Omit<HelloOverOptions, 'signal'>,
  signal: AbortSignal,
  work: (opened: Opened, handshakeMs: number) => Promise<T>,
): Promise<T> {
  const farewells = new Farewells();
  const openRoute = (route: Route, cancelled: AbortSignal) =>
    open(farewells.over(route), { agent: AGENT, verify, environment }, cancelled);
  const startedAt = precise();
  const opened = await race(routes, openRoute, environment.clock, signal).catch((error) => {
    throw explain(error);
  });
  const handshakeMs = precise() - startedAt;
  const abort = () => opened.link.close();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await work(opened, handshakeMs);
  } finally {
    signal.removeEventListener('abort', abort);
    opened.link.close();
    if (!signal.aborted) await farewells.said(environment.clock);
  }
}

/** Measures the connection. Throws what ended it before the first answer. */
export async function report(
  { link, route, welcome }: Opened,
  handshakeMs: number,
  pings: Pings,
  { environment, precise }: Pick<HelloOverOptions, 'environment' | 'precise'>,
): Promise<HelloReport> {
  const times = await pingTimes(() => link.ping(), pings, precise, environment.clock);
  const { protocol, cipher, group, certificateSha256 } = link.connection.security;
  const { path } = link.connection;
  return {
    transport: route.transport,
    port: route.port,
    server: welcome.agent,
    protocolVersion: welcome.version,
    roundTripMs: times[0] ?? 0,
    medianRoundTripMs: times[Math.floor(times.length / 2)] ?? 0,
    handshakeMs,
    ...(path === undefined ? {} : { path: { ...path } }),
    tlsProtocol: protocol,
    cipher,
    group,
    fingerprint: fingerprintOf(certificateSha256),
    registration: toRegistration(welcome.registration),
  };
}

/** Ascending. Fewer where the connection ends meanwhile; at least one. */
async function pingTimes(
  ping: () => Promise<unknown>,
  { count, gapMs }: Pings,
  precise: () => number,
  clock: Clock,
): Promise<readonly number[]> {
  const times: number[] = [];
  while (times.length < count) {
    const sentAt = precise();
    try {
      await ping();
    } catch (error) {
      if (times.length === 0) throw explain(error);
      break;
    }
    times.push(precise() - sentAt);
    await new Promise<void>((resolve) => clock.after(gapMs, resolve));
  }
  return times.sort((a, b) => a - b);
}
