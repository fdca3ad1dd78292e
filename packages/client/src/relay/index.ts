/** The SDK in a page of `sotto open`: every transport of the relay, and the profile that it keeps. Runs in browsers. */
import type { TransportName } from '@sotto/transport';
import { dialRelay, KEEPER_PATH, type RelayDoor, type TrustProblem } from '@sotto/transport/relay/page';
import { browserEnvironment } from '../browser-environment.ts';
import { createClient } from '../client.ts';
import type { Route } from '../environment.ts';
import { ServerNotTrusted } from '../errors.ts';
import { helloOver } from '../hello.ts';
import type { ClientStore } from '../store.ts';
import { ServerIdentityChanged } from '../trust.ts';
import type { HelloReport, SottoClient } from '../types.ts';
import type { OpenedProfile } from './keeper.ts';
import { KeeperLine } from './line.ts';
import { RelayStore } from './store.ts';

export { RelayGone } from './line.ts';

export interface OpenRelayOptions {
  /** Ends the window that has the profile; else that rejects with ProfileInUse. */
  take?: boolean;
  /** Opens a WebSocket to a path of the relay; by default where the page came from. */
  socket?: RelayDoor['socket'];
}

export interface Relay {
  /** `host:port` of the server. */
  readonly server: string;
  /** The profile; closed by the client that it is given to. */
  readonly store: ClientStore;
  /** Resolves with why the profile is not this window's any more: ProfileTaken, RelayGone or ClientClosed. */
  readonly ended: Promise<Error>;
  /**
   * As `connect` of browsers. Where the relay does not trust the server, the client rejects with ServerNotTrusted or
   * ServerIdentityChanged, until a person accepts it.
   */
  connect(options: { agent: string; deviceName: string; keepRecent?: boolean }): Promise<SottoClient>;
  /** Asks the server who it is, without an account. Throws as `connect`. */
  hello(signal?: AbortSignal): Promise<HelloReport>;
  /** A person has compared the fingerprint that was shown. Goes on working after the client was closed. */
  accept(fingerprint: string): Promise<void>;
}

/** Rejects with ProfileInUse or RelayGone. */
export async function openRelay({ take = false, socket = ofPage }: OpenRelayOptions = {}): Promise<Relay> {
  const line = new KeeperLine(socket(KEEPER_PATH));
  try {
    const { records, server } = await line.ask({ kind: 'open', take });
    return relay(line, new RelayStore(line, records), server, socket);
  } catch (error) {
    line.close();
    throw error;
  }
}

function relay(
  line: KeeperLine,
  store: RelayStore,
  server: OpenedProfile['server'],
  socket: RelayDoor['socket'],
): Relay {
  const routes = routesOf(server, { socket, distrust });
  const environment = browserEnvironment();
  const verify = () => {};
  return {
    server: server.name,
    store,
    ended: line.ended,
    connect: (options) => createClient({ ...options, routes, verify, store, environment }),
    hello: (signal = new AbortController().signal) =>
      helloOver({ routes, verify, environment, precise: () => performance.now(), signal }),
    accept: async (fingerprint) => {
      const other = new KeeperLine(socket(KEEPER_PATH));
      try {
        await other.ask({ kind: 'trust', fingerprint });
      } finally {
        other.close();
      }
    },
  };
}

/** Best first, as the relay has them. */
const routesOf = ({ host, ports }: OpenedProfile['server'], door: RelayDoor): Route[] =>
  Object.entries(ports).map(([transport, port]) => ({
    transport,
    host,
    port,
    dial: dialRelay(transport as TransportName, door),
  }));

function distrust(problem: TrustProblem): Error {
  switch (problem.kind) {
    case 'new':
      return new ServerNotTrusted(problem.server, problem.seen, 'new here');
    case 'changed':
      return new ServerIdentityChanged(problem.server, problem.expected, problem.seen);
  }
}

function ofPage(path: string): WebSocket {
  return new WebSocket(`${globalThis.location.origin.replace(/^http/, 'ws')}${path}`);
}
