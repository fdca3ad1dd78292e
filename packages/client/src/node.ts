/** The SDK on Bun and Node.js >= 24: real clock, native transports, profiles on disk. */
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Random } from '@sotto/protocol';
import { createClient } from './client.ts';
import { createSystemClock } from './clock.ts';
import { Farewells } from './connection/farewells.ts';
import type { Environment } from './environment.ts';
import { helloOver } from './hello.ts';
import { helloAllOver } from './hello-all.ts';
import { nativeRoutes, readGroup, type TransportChoice } from './native-routes.ts';
import { defaultHome } from './profile.ts';
import { parseServer, serverName } from './server-address.ts';
import type { ClientStore } from './store.ts';
import { FileKnownServers } from './stores/known-servers.ts';
import { MemoryStore } from './stores/memory.ts';
import { systemHasher } from './system-hasher.ts';
import { SystemNetwork } from './system-network.ts';
import type { TrustPolicy } from './trust.ts';
import type { HelloAnswer, HelloReport, SottoClient } from './types.ts';
import { verifier } from './verify.ts';

export * from './index.ts';
export {
  type NativeTransport,
  nativeRoutes,
  nativeTransports,
  type TransportChoice,
} from './native-routes.ts';
export { defaultHome, profileDirectory } from './profile.ts';
export { KEEPER_MAX_LENGTH, STATUS_TAKEN } from './relay/keeper.ts';
export { KeeperDesk, type KeeperDeskOptions, type KeeperGuest } from './relay/keeper-desk.ts';
export * from './saving/index.ts';
export { parseServer, serverName } from './server-address.ts';
export { openFileStore } from './stores/file.ts';
export { FileKnownServers } from './stores/known-servers.ts';

const LOCAL = '127.0.0.1';

export interface ConnectOptions {
  /** `host` or `host:port`: every transport is tried on that port until the server names its others. 127.0.0.1 by default. */
  server?: string;
  transport?: TransportChoice;
  /** By default the machine's authorities, or a server seen before; an unknown one is refused. */
  trust?: TrustPolicy;
  /** In memory by default; `openFileStore` keeps session, cursors and unsent messages. The client closes it. */
  store?: ClientStore;
  /**
   * What was shown last stays in the store, to be shown before the server is there [KEPT-1]; false removes what is there. By
   * default nothing is kept, nor removed.
   */
  keepRecent?: boolean;
  /** Name and version of the program. */
  agent?: string;
  /** Shown in the account's list of devices; the machine's name by default. */
  deviceName?: string;
}

/** A client for one account. The network is first used by `register`, `login` or `resume`. */
export async function connect(options: ConnectOptions = {}): Promise<SottoClient> {
  const address = parseServer(options.server ?? LOCAL);
  const trust = options.trust ?? cautious();
  const farewells = new Farewells();
  const environment = systemEnvironment();
  const routes = nativeRoutes(address, options.transport ?? 'auto', trust);
  return createClient({
    routes: routes.map((route) => farewells.over(route)),
    verify: verifier(trust, serverName(address)),
    store: options.store ?? new MemoryStore(),
    keepRecent: options.keepRecent,
    agent: options.agent ?? 'sotto-sdk/0.1.0',
    deviceName: options.deviceName ?? hostname(),
    environment,
    farewell: () => farewells.said(environment.clock),
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
export async function hello(options: HelloOptions = {}): Promise<HelloReport> {
  return helloOver(helloParts(options));
}

/**
 * Asks over every transport, side by side, for at most some 10 s; what came of each, best first. Where the server is on
 * other ports than these, the first answer names them. With `transport` it asks over that one alone.
 */
export async function helloAll(options: HelloOptions = {}): Promise<readonly HelloAnswer[]> {
  return helloAllOver({ ...helloParts(options), readGroup });
}

function helloParts({ server = LOCAL, transport = 'auto', trust, signal }: HelloOptions) {
  const address = parseServer(server);
  return {
    routes: nativeRoutes(address, transport, trust),
    verify: trust === undefined ? () => {} : verifier(trust, serverName(address)),
    environment: systemEnvironment(),
    precise: () => performance.now(),
    signal: signal ?? new AbortController().signal,
  };
}

/** Nobody is there to be asked, so only what was accepted before, or an authority vouches for, is. */
const cautious = (): TrustPolicy => ({
  kind: 'firstUse',
  known: new FileKnownServers(join(defaultHome(), 'known-servers')),
  confirm: async () => false,
});

function systemEnvironment(): Environment {
  const random: Random = { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) };
  return {
    clock: createSystemClock(),
    random,
    sha256: (bytes) => createHash('sha256').update(bytes).digest(),
    hasher: systemHasher,
    network: new SystemNetwork(),
  };
}
