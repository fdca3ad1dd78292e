import type { Random } from '../../environment.ts';
import type { Protection } from '../crypto/protection.ts';
import type { CryptoEngine, StartTls } from '../engines.ts';
import type { Lanes } from '../lanes/lanes.ts';
import type { ReceivedPackets } from '../recovery/received.ts';
import type { Recovery } from '../recovery/recovery.ts';
import { URGENT_LOSS_MIN } from '../tuning.ts';
import type { CryptoLane } from './crypto-lane.ts';
import type { Handshake } from './handshake.ts';
import type { IdSource, LocalIds, RemoteIds } from './ids.ts';
import type { Paths } from './paths.ts';

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
  readonly host: Host;
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

/** Two timeouts without an ack, and repeating only adds to the crowd [URGENT-6]. */
const REPEATING_PROBES_MAX = 2;

/** How urgent frames are treated now [URGENT-2] [URGENT-6]. */
export function urgency({ recovery }: Parts): { lossy: boolean; smoothedMs: number } {
  return {
    lossy: recovery.lossRate >= URGENT_LOSS_MIN && recovery.probeCount < REPEATING_PROBES_MAX,
    smoothedMs: recovery.rtt.smoothedMs,
  };
}
