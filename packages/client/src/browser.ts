/** The SDK in browsers: WebSocket, IndexedDB, and the browser's own decision whom to trust. */
import { DEFAULT_PORTS } from '@sotto/protocol';
import { dialBrowserWebSocket } from '@sotto/transport/websocket/browser';
import { browserEnvironment } from './browser-environment.ts';
import { createClient } from './client.ts';
import type { Route } from './environment.ts';
import { helloOver } from './hello.ts';
import { parseServer } from './server-address.ts';
import type { ClientStore } from './store.ts';
import { MemoryStore } from './stores/memory.ts';
import type { HelloReport, SottoClient } from './types.ts';

export * from './index.ts';
export { type IndexedDbOptions, listProfiles, openIndexedDbStore } from './stores/indexeddb.ts';

export interface ConnectOptions {
  /** `host` or `host:port` of the WebSocket endpoint; by default where the page came from. */
  server?: string;
  /** In memory by default; `openIndexedDbStore` keeps session, cursors and unsent messages. The client closes it. */
  store?: ClientStore;
  /**
   * What was shown last stays in the store, to be shown before the server is there [KEPT-1]; false removes what is there. By
   * default nothing is kept, nor removed.
   */
  keepRecent?: boolean;
  /** Name and version of the program. */
  agent?: string;
  /** Shown in the account's list of devices. */
  deviceName?: string;
}

/** A client for one account. The network is first used by `register`, `login` or `resume`. */
export function connect(options: ConnectOptions = {}): Promise<SottoClient> {
  return createClient({
    routes: routesTo(options.server),
    verify: () => {},
    store: options.store ?? new MemoryStore(),
    keepRecent: options.keepRecent,
    agent: options.agent ?? 'sotto-sdk/0.1.0',
    deviceName: options.deviceName ?? 'browser',
    environment: browserEnvironment(),
  });
}

/** Asks a server who it is, without an account (T15). Throws DialError or SottoError. */
export function hello(options: { server?: string; signal?: AbortSignal } = {}): Promise<HelloReport> {
  return helloOver({
    routes: routesTo(options.server),
    verify: () => {},
    environment: browserEnvironment(),
    precise: () => performance.now(),
    signal: options.signal ?? new AbortController().signal,
  });
}

function routesTo(server: string | undefined): Route[] {
  const { host, port } = server === undefined ? pageAddress() : parseServer(server);
  return [
    { transport: 'websocket', host, port: port ?? DEFAULT_PORTS.websocket, dial: dialBrowserWebSocket },
  ];
}

/** A page served on the standard port has none in its address. */
function pageAddress(): { host: string; port: number } {
  const { hostname, port } = globalThis.location;
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || 443 };
}
