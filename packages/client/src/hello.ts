/** The `hello` diagnostic (T15): one connection, nothing secret, no account. */
import type { Clock } from '@sotto/protocol';
import { Registration } from '@sotto/schema';
import type { VerifyCertificate } from '@sotto/transport';
import { Farewells } from './connection/farewells.ts';
import { type Opened, open } from './connection/open.ts';
import { race } from './connection/race.ts';
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

/** Over the first route that answers. */
export async function helloOver(options: HelloOverOptions): Promise<HelloReport> {
  const { routes, environment, precise, signal } = options;
  const startedAt = precise();
  const opened = await race(
    routes,
    (route, cancelled) => openForHello(route, options, cancelled),
    environment.clock,
    signal,
  ).catch((error) => {
    throw explain(error);
  });
  return report(opened, precise() - startedAt, PINGS, options);
}

/** Every hello says goodbye before whoever asked leaves. */
const farewells = new WeakMap<Route, Farewells>();

export async function openForHello(
  route: Route,
  { verify, environment }: Pick<HelloOverOptions, 'verify' | 'environment'>,
  signal: AbortSignal,
): Promise<Opened> {
  const parting = new Farewells();
  const opened = await open(parting.over(route), { agent: AGENT, verify, environment }, signal);
  farewells.set(opened.route, parting);
  return opened;
}

/** Measures the connection until `signal` aborts, and closes it. Throws what ended it before the first answer. */
export async function report(
  { link, route, welcome }: Opened,
  handshakeMs: number,
  pings: Pings,
  { environment, precise, signal }: Pick<HelloOverOptions, 'environment' | 'precise' | 'signal'>,
): Promise<HelloReport> {
  const abort = () => link.close();
  signal.addEventListener('abort', abort, { once: true });
  try {
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
      registration: REGISTRATIONS[welcome.registration] ?? 'closed',
    };
  } finally {
    signal.removeEventListener('abort', abort);
    if (signal.aborted) link.close();
    else await leave({ link, route }, environment.clock);
  }
}

/** Closes it, and waits until that is heard. */
export async function leave({ link, route }: Pick<Opened, 'link' | 'route'>, clock: Clock): Promise<void> {
  link.close();
  await farewells.get(route)?.said(clock);
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
