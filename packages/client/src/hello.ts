/** The `hello` diagnostic (T15): one connection, nothing secret, no account. */
import type { Clock } from '@sotto/protocol';
import { Registration } from '@sotto/schema';
import type { Connection, VerifyCertificate } from '@sotto/transport';
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

/** How long a connection may take to end in order. */
const END_MS = 500;
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

/** Resolves when nothing of the connection is left. */
const ends = new WeakMap<Connection, Promise<void>>();

export function openForHello(
  route: Route,
  { verify, environment }: Pick<HelloOverOptions, 'verify' | 'environment'>,
  signal: AbortSignal,
): Promise<Opened> {
  const dial: Route['dial'] = (options) =>
    route.dial({
      ...options,
      events: (connection) => {
        const { promise, resolve } = Promise.withResolvers<void>();
        ends.set(connection, promise);
        const events = options.events(connection);
        const closed: typeof events.closed = (...how) => {
          events.closed(...how);
          resolve();
        };
        return { ...events, closed };
      },
    });
  return open({ ...route, dial }, { agent: AGENT, verify, environment }, signal);
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
    link.close();
    // Whoever asks leaves right after this, and a server that is not told of the end waits for more.
    if (!signal.aborted) await within(ends.get(link.connection), END_MS, environment.clock);
  }
}

async function within(ending: Promise<void> | undefined, limitMs: number, clock: Clock): Promise<void> {
  const late = Promise.withResolvers<void>();
  const cancel = clock.after(limitMs, late.resolve);
  await Promise.race([ending, late.promise]);
  cancel();
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
