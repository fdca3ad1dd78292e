/** Recommended values of RFC 9002 (recovery), 9438 (CUBIC) and 9406 (HyStart++); sections beside them. */
import { DATAGRAM_MAX_BYTES } from '../constants.ts';

/** What a window counts in: every packet of a bulk transfer is as long as a datagram may be [PACKET-1]. */
export const SEGMENT_BYTES = DATAGRAM_MAX_BYTES;

/** RFC 9002 section 6.1.1: this many packets later acknowledged, and one is lost. */
export const PACKET_THRESHOLD = 3;
/** RFC 9002 section 6.1.2, in round trips. */
export const TIME_THRESHOLD = 9 / 8;
/** RFC 9002 section 6.1.2: what timers can tell apart. */
export const GRANULARITY_MS = 1;
/** RFC 9002 section 6.2.2. */
export const INITIAL_RTT_MS = 333;
/** RFC 9002 section 7.6.1, in probe timeouts. */
export const PERSISTENT_CONGESTION_THRESHOLD = 3;
/** RFC 9002 section 7.2. */
export const INITIAL_WINDOW_BYTES = 10 * SEGMENT_BYTES;
export const LEAST_WINDOW_BYTES = 2 * SEGMENT_BYTES;
/** RFC 9002 section 6.2.4: packets a probe timeout may send. */
export const PROBES = 2;

/** RFC 9438 section 4.6: what is left of the window. */
export const CUBIC_BETA = 0.7;
/** RFC 9438 section 5, in segments per s^3. */
export const CUBIC_C = 0.4;
/** RFC 9438 section 4.3: as gentle as Reno on average, though it gives up less. */
export const RENO_ALPHA = (3 * (1 - CUBIC_BETA)) / (1 + CUBIC_BETA);
/** RFC 9438 section 4.2: the most that a round trip adds, in windows. */
export const CUBIC_GROWTH_MAX = 1.5;

/** RFC 9406 section 4.3. L is infinite, since packets are paced. */
export const HYSTART_THRESHOLD_MIN_MS = 4;
export const HYSTART_THRESHOLD_MAX_MS = 16;
export const HYSTART_THRESHOLD_DIVISOR = 8;
export const HYSTART_SAMPLES = 8;
export const HYSTART_GROWTH_DIVISOR = 4;
export const HYSTART_ROUNDS = 5;
