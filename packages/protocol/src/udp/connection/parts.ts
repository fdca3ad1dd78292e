import type { Random } from '../../environment.ts';
import type { Protection } from '../crypto/protection.ts';
import type { CryptoEngine, StartTls } from '../engines.ts';
import { Lanes, type LanesSink } from '../lanes/lanes.ts';
import { ReceivedPackets } from '../recovery/received.ts';
import { Recovery } from '../recovery/recovery.ts';
import { URGENT_LOSS_MIN } from '../tuning.ts';
import type { ConnectionId, Role } from '../wire/packet.ts';
import { CryptoLane } from './crypto-lane.ts';
import type { Handshake } from './handshake.ts';
import { type IdSource, LocalIds, RemoteIds } from './ids.ts';
import { FIRST_PATH, type PathKey, Paths } from './paths.ts';

/** What the world hands to the core. */
export interface UdpEnvironment {
  crypto: CryptoEngine;
  random: Random;
  startTls: StartTls;
}

/** What an endpoint gives each of its connections. */
export interface Host extends IdSource {
  readonly environment: UdpEnvironment;
  /** Where packets are put together before they are sealed: one for all, since nothing else happens meanwhile. */
  readonly scratch: Uint8Array;
  /** There may be something to send, or to tell. */
  wake(): void;
}

/** What a connection is made of. */
export interface Parts {
  readonly role: Role;
  readonly host: Host;
  /** Of the packets, until it is established. */
  version: number;
  /** When a packet last authenticated. */
  heardAt: number;
  /** The greatest number of a packet of the connection received; -1 before any. */
  newest: number;
  packetsDropped: number;
  readonly recovery: Recovery;
  readonly received: { readonly handshake: ReceivedPackets; readonly connection: ReceivedPackets };
  readonly lanes: Lanes;
  readonly paths: Paths;
  readonly local: LocalIds;
  readonly remote: RemoteIds;
  /** Until its keys are forgotten. */
  handshake: Handshake | undefined;
  /** What TLS says after the handshake [SHAKE-8]. */
  readonly tickets: CryptoLane;
  /** Client: whose TLS takes them. */
  ticketReader: Handshake | undefined;
  /** Once TLS is complete. */
  protection: Protection | undefined;
  /** Packets that must leave although the window is full, since nothing is heard [LOSS-1]. */
  readonly probes: { handshake: number; connection: number };
  /** The server owes the client `confirmed` [SHAKE-7]. */
  owesConfirmed: boolean;
}

/** What a connection begins with, but for its handshake. */
export interface PartsOptions {
  role: Role;
  host: Host;
  now: number;
  path: PathKey;
  version: number;
  firstId: ConnectionId;
  localId: ConnectionId;
  sink: LanesSink;
}

export const newParts = (options: PartsOptions): Parts => ({
  role: options.role,
  host: options.host,
  version: options.version,
  heardAt: options.now,
  newest: -1,
  packetsDropped: 0,
  recovery: new Recovery(options.now, FIRST_PATH, options.host.environment.random),
  received: { handshake: new ReceivedPackets(0), connection: new ReceivedPackets() },
  lanes: new Lanes({ now: options.now, sink: options.sink }),
  paths: new Paths(options.path),
  local: new LocalIds(options.host, options.localId),
  remote: new RemoteIds(options.firstId),
  handshake: undefined,
  tickets: new CryptoLane(),
  ticketReader: undefined,
  protection: undefined,
  probes: { handshake: 0, connection: 0 },
  owesConfirmed: false,
});

/** How urgent frames are treated now [URGENT-2] [URGENT-6]. */
export const urgency = ({ recovery }: Parts): { lossy: boolean; smoothedMs: number; probeCount: number } => ({
  lossy: recovery.lossRate >= URGENT_LOSS_MIN,
  smoothedMs: recovery.rtt.smoothedMs,
  probeCount: recovery.probeCount,
});
