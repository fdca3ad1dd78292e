/** The composition root: real files, sockets, clock and randomness around `core.ts`. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Listener, TlsIdentity } from '@sotto/transport';
import { isQuicAvailable, listenQuic } from '@sotto/transport/quic';
import { listenTls } from '@sotto/transport/tls';
import { listenUdp } from '@sotto/transport/udp';
import { listenWebSocket } from '@sotto/transport/websocket';
import { ensureDemoUsers } from './accounts/demo.ts';
import { settleDemoMark } from './accounts/demo-mark.ts';
import { loadOwnerCode, type OwnerCode } from './accounts/owner-code.ts';
import { loadSecret } from './accounts/secret.ts';
import type { AssistantSettings } from './assistants/settings.ts';
import { availableTransports } from './available.ts';
import { isLoopback, type ServedTransport, type ServerConfig } from './config.ts';
import { type Core, type CoreOptions, createCore } from './core.ts';
import { systemClock, systemRandom } from './environment.ts';
import type { BlobStore } from './files/blobs.ts';
import { systemHost } from './host.ts';
import { isVouchedFor, loadIdentity } from './identity/index.ts';
import type { Log } from './logging.ts';
import { ProviderThread } from './providers/thread.ts';
import { openBlobs } from './storage/blobs/open.ts';
import { openStore } from './storage/open.ts';
import type { Store } from './storage/store.ts';
import { VERSION } from './version.ts';
import { type OpenSite, Web } from './web/index.ts';

export interface ServedAt {
  transport: ServedTransport;
  address: string;
  port: number;
}

export interface RunningServer {
  /** One for each transport, in the order of the configuration. */
  readonly endpoints: readonly ServedAt[];
  /** While the server has no account and is reachable from elsewhere: what the first account needs. */
  readonly ownerCode: string | undefined;
  /** SHA-256 of the certificate. */
  readonly certificateSha256: Uint8Array;
  /** Resolves when the server cannot go on: its storage is gone. Stop it, and start it again. */
  readonly failed: Promise<Error>;
  /** Ends connections with a reason, writes what is pending, closes the database. */
  stop(): Promise<void>;
}

/** How long clients may take to read their goodbye. */
const GOODBYE_MS = 250;

/** What the server serves without knowing it. */
export interface ServerParts {
  /** The graphical client; without it there is none on the port of WebSocket. */
  openSite?: OpenSite;
}

/** Resolves once every transport listens. Rejects with ListenError, StorageError or an Error that says what to do; nothing stays open then. */
export async function startServer(
  config: ServerConfig,
  log: Log,
  parts: ServerParts = {},
): Promise<RunningServer> {
  const opened: Opened = { listeners: [] };
  try {
    return await start(config, log, parts, opened);
  } catch (error) {
    await close(opened);
    throw error;
  }
}

/** What has been opened so far, to be closed in the opposite order. */
interface Opened {
  store?: Store;
  /** The core's, once there is one. */
  blobs?: BlobStore;
  core?: Core;
  web?: Web;
  providers?: ProviderThread;
  listeners: Listener[];
}

async function start(
  config: ServerConfig,
  log: Log,
  { openSite }: ServerParts,
  opened: Opened,
): Promise<RunningServer> {
  await mkdir(config.dataDirectory, { recursive: true, mode: 0o700 });
  const identity = await loadIdentity(config.dataDirectory, config.tlsIdentity);
  const store = await openStore({ url: config.database.path, uuid: () => crypto.randomUUID() });
  opened.store = store;
  const hasAccounts = (await store.accounts.userCount()) > 0;
  await settleDemoMark(config.dataDirectory, { demo: config.demo, accountsExist: hasAccounts });
  const ownerCode = await ownerCodeFor(config, hasAccounts);
  const blobs = await openBlobs(config.files.place);
  opened.blobs = blobs;
  const transports = availableTransports(config, isQuicAvailable(), log);
  // Clients may come to the first transport while the last one is not there yet.
  const endpoints: ServedAt[] = transports.map((transport) => ({
    transport,
    address: config.address,
    port: config.ports[transport],
  }));
  const core = await createCore({
    store,
    clock: systemClock,
    random: systemRandom,
    logger: log,
    agent: `sotto/${VERSION}`,
    certificateSha256: identity.certificateSha256,
    accounts: {
      secret: await loadSecret(config.dataDirectory, hasAccounts),
      registration: config.registration,
      deleted: config.deletedAccounts,
      ...(ownerCode === undefined ? {} : { ownerCode }),
      ...(config.demo ? { first: ensureDemoUsers } : {}),
    },
    ...(config.limits === undefined ? {} : { limits: config.limits }),
    files: { blobs, limits: config.files.limits },
    ...(config.assistants === undefined ? {} : { assistants: assistantOptions(config.assistants, opened) }),
    host: systemHost(config.database.path),
    endpoints: () =>
      endpoints.filter(({ port }) => port > 0).map(({ transport, port }) => ({ transport, port })),
  });
  opened.core = core;
  const web = new Web({
    openSite,
    cache: join(config.dataDirectory, 'web'),
    insistOnTls: isVouchedFor(identity),
    now: systemClock.now,
    log,
  });
  opened.web = web;
  for (const [index, transport] of transports.entries()) {
    const { address, port } = track(opened, await listen(transport, config, identity, core, web));
    endpoints[index] = { transport, address, port };
  }
  if (transports.includes('websocket')) web.start();
  log.info({ transports: transports.join(','), version: VERSION }, 'server started');
  return {
    endpoints,
    ownerCode: ownerCode?.code,
    certificateSha256: identity.certificateSha256,
    failed: store.failed,
    stop: async () => {
      await close(opened);
      for (const { transport, counters } of opened.listeners)
        if (counters !== undefined) log.info({ transport, ...counters }, 'served');
      log.info({}, 'server stopped');
    },
  };
}

function assistantOptions(
  settings: AssistantSettings,
  opened: Opened,
): NonNullable<CoreOptions['assistants']> {
  opened.providers = new ProviderThread(settings.privateHosts);
  return { settings, open: opened.providers.open };
}

async function listen(
  transport: ServedTransport,
  config: ServerConfig,
  identity: TlsIdentity,
  { accept, fetch }: Core,
  web: Web,
): Promise<Listener> {
  const options = { hostname: config.address, port: config.ports[transport], identity, accept };
  switch (transport) {
    case 'udp':
      return listenUdp(options);
    case 'quic':
      return listenQuic(options);
    case 'tls':
      return listenTls(options);
    case 'websocket':
      return listenWebSocket({
        ...options,
        origins: config.webOrigins,
        headers: web.headers,
        fetch: async (request, patience) =>
          (await fetch(request, patience)) ?? (await web.fetch(request, patience)),
      });
  }
}

function track(opened: Opened, listener: Listener): Listener {
  opened.listeners.push(listener);
  return listener;
}

/** Strangers who reach an empty server must not become its owner. */
async function ownerCodeFor(config: ServerConfig, hasAccounts: boolean): Promise<OwnerCode | undefined> {
  if (hasAccounts || isLoopback(config.address)) return undefined;
  return loadOwnerCode(config.dataDirectory, systemRandom);
}

async function close({ listeners, core, providers, web, blobs, store }: Opened): Promise<void> {
  web?.stop();
  const closing = listeners.map((listener) => listener.close());
  if (core === undefined) await blobs?.close();
  else await core.stop();
  providers?.stop();
  if (listeners.length > 0) await Bun.sleep(GOODBYE_MS);
  await Promise.all(closing);
  await store?.close();
}
