/** The SDK on Bun and Node.js >= 24: real clock, native transports, profiles on disk. */
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_PORTS, type Random } from '@sotto/protocol';
import type { Dial } from '@sotto/transport';
import { dialTls } from '@sotto/transport/tls';
import { dialUdp } from '@sotto/transport/udp';
import { dialWebSocket } from '@sotto/transport/websocket';
import { createClient } from './client.ts';
import { createSystemClock } from './clock.ts';
import type { Environment, Route } from './environment.ts';
import { helloOver } from './hello.ts';
import { hashTranscript } from './login/index.ts';
import { defaultHome } from './profile.ts';
import { parseServer, type ServerAddress, serverName } from './server-address.ts';
import type { ClientStore } from './store.ts';
import { FileKnownServers } from './stores/known-servers.ts';
import { MemoryStore } from './stores/memory.ts';
import type { TrustPolicy } from './trust.ts';
import type { HelloReport, SottoClient } from './types.ts';
import { verifier } from './verify.ts';

export * from './index.ts';
export { defaultHome, profileDirectory } from './profile.ts';
export { parseServer, serverName } from './server-address.ts';
export { openFileStore } from './stores/file.ts';
export { FileKnownServers } from './stores/known-servers.ts';

/** `auto` tries UDP, then TLS and then WebSocket beside it when there is no answer at once. */
export type TransportChoice = 'auto' | 'udp' | 'tls' | 'websocket';

export interface ConnectOptions {
  /** `host` or `host:port`; the port is used by every transport tried. 127.0.0.1 by default. */
  server?: string;
  transport?: TransportChoice;
  /** By default the machine's authorities, or a server seen before; an unknown one is refused. */
  trust?: TrustPolicy;
  /** In memory by default; `openFileStore` keeps session, cursors and unsent messages. The client closes it. */
  store?: ClientStore;
  /** Name and version of the program. */
  agent?: string;
  /** Shown in the account's list of devices; the machine's name by default. */
  deviceName?: string;
}

/** Best first. */
const DIALS = { udp: dialUdp, tls: dialTls, websocket: dialWebSocket } as const;

/** A client for one account. The network is first used by `register`, `login` or `resume`. */
export function connect(options: ConnectOptions = {}): Promise<SottoClient> {
  const address = parseServer(options.server ?? '127.0.0.1');
  const trust = options.trust ?? cautious();
  return createClient({
    routes: routesTo(address, options.transport ?? 'auto', trust),
    verify: verifier(trust, serverName(address)),
    store: options.store ?? new MemoryStore(),
    agent: options.agent ?? 'sotto-sdk/0.1.0',
    deviceName: options.deviceName ?? hostname(),
    environment: systemEnvironment(),
  });
}

export interface HelloOptions {
  server?: string;
  transport?: TransportChoice;
  /** By default every identity is accepted: this only reports what is there, and nothing secret is sent. */
  trust?: TrustPolicy;
  signal?: AbortSignal;
}

/** Asks a server who it is, without an account (T15). Throws DialError or SottoError. */
export function hello(options: HelloOptions = {}): Promise<HelloReport> {
  const address = parseServer(options.server ?? '127.0.0.1');
  const { trust } = options;
  const verify = trust === undefined ? () => {} : verifier(trust, serverName(address));
  return helloOver({
    routes: routesTo(address, options.transport ?? 'auto', trust),
    verify,
    environment: systemEnvironment(),
    precise: () => performance.now(),
    signal: options.signal ?? new AbortController().signal,
  });
}

function routesTo(
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

/** Nobody is there to be asked, so only what was accepted before, or an authority vouches for, is. */
const cautious = (): TrustPolicy => ({
  kind: 'firstUse',
  known: new FileKnownServers(join(defaultHome(), 'known-servers')),
  confirm: async () => false,
});

function systemEnvironment(): Environment {
  const random: Random = { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) };
  return { clock: createSystemClock(), random, sha256: hashTranscript };
}
