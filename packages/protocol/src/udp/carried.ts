import type { Lane } from '../frame.ts';

/**
 * What a packet carried that somebody wants to know the fate of. When the packet is acknowledged or lost, each part
 * goes back to where it came from, which decides whether it still matters [LOSS-2].
 */
export type Carried =
  | LaneSpan
  | { kind: 'crypto'; start: number; end: number }
  /** The greatest packet number that the ack named. */
  | { kind: 'ack'; largest: number }
  | { kind: 'credit' }
  | { kind: 'laneCredit'; lane: Lane }
  | { kind: 'newId'; sequence: number }
  | { kind: 'retireId'; sequence: number }
  | { kind: 'challenge'; data: bigint }
  | { kind: 'confirmed' };

/** Bytes of a lane from `start` to before `end`. */
export interface LaneSpan {
  kind: 'lane';
  lane: Lane;
  start: number;
  end: number;
  /** They had left before in another packet that may still arrive [URGENT-3]: a loss of this one matters less. */
  repeated: boolean;
}
