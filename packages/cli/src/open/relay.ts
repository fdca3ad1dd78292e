/** Puts the relay of one window together: profile, trust, connections and the server on this machine. */
import type { KnownServers, TrustPolicy } from '@sotto/client';
import {
  type ClientStore,
  KeeperDesk,
  nativeRoutes,
  parseServer,
  serverName,
  type TransportChoice,
} from '@sotto/client/node';
import type { Web } from '@sotto/server/web';
import type { WindowDesk } from './another.ts';
import type { Choices } from './choices.ts';
import { type OwnerOf, openHouse, type RelayHouse } from './house.ts';
import type { Presence } from './presence.ts';
import { OpenChannels } from './proofs.ts';
import { Seats } from './seats.ts';
import { StandIns, tokenFilter } from './tokens.ts';
import { WindowTrust } from './trust.ts';

export type { RelayHouse } from './house.ts';

export interface RelayOptions {
  /** `host` or `host:port`. */
  server: string;
  transport: TransportChoice;
  policy: TrustPolicy;
  known: KnownServers;
  /** The profile of the window; stays the caller's. */
  store: ClientStore;
  web: Pick<Web, 'fetch' | 'headers'>;
  presence: Pick<Presence, 'entered' | 'windows'>;
  windowDesk?: Pick<WindowDesk, 'answer'>;
  choices?: Pick<Choices, 'save'>;
  now(): number;
  ownerOf?: OwnerOf;
  /** Where a transport is, for servers whose ports are not those that clients try. */
  ports?: Readonly<Record<string, number>>;
}

export function openRelayHouse(options: RelayOptions): RelayHouse {
  const address = parseServer(options.server);
  const name = serverName(address);
  const trust = new WindowTrust(options.policy, options.known, name);
  const routes = nativeRoutes(address, options.transport, options.policy);
  const standIns = new StandIns();
  const channels = new OpenChannels();
  const ports = Object.fromEntries(
    routes.map(({ transport, port }) => [transport, options.ports?.[transport] ?? port]),
  );
  const desk = new KeeperDesk({
    store: options.store,
    server: { name, host: address.host, ports },
    hideToken: (token) => standIns.hide(token),
    revealToken: (standIn) => standIns.reveal(standIn),
    maySign: channels.maySign,
    trust: (fingerprint) => trust.accept(fingerprint),
  });
  const dials = new Map(
    routes.map(({ transport, host, dial }) => [
      transport,
      (one: { port: number; events: Parameters<typeof dial>[0]['events'] }) =>
        dial({ ...one, host, verify: trust.verify }),
    ]),
  );
  const { presence, web, now, ownerOf, windowDesk, choices } = options;
  const { windows, entered } = presence;
  const filter = tokenFilter(standIns);
  const seats = new Seats({ desk, filter, channels, dials, trustProblem: trust.problem, windows });
  return openHouse({
    seats,
    web,
    now,
    entered,
    ...(ownerOf && { ownerOf }),
    ...(windowDesk && { windowDesk }),
    ...(choices && { choices }),
  });
}
