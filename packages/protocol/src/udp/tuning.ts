/** Choices of this implementation: both ends work together whatever they are. */

/** [URGENT-1] Small enough for two in a packet. */
export const URGENT_MAX_BYTES = 600;
/** [URGENT-2] */
export const URGENT_LOSS_MIN = 0.005;
/** [URGENT-3] In parts of the smoothed round trip: the first repetition, then every further one. */
export const URGENT_FIRST_GAP = 1 / 12;
export const URGENT_GAP = 3 / 12;
/** Below this, spacing is this. */
export const URGENT_GAP_MIN_MS = 2;
/** [URGENT-4] */
export const URGENT_EARNED_PACKETS = 2;
export const URGENT_SAVED_MAX_PACKETS = 8;
export const URGENT_REPEATS_MAX = 12;
/** [URGENT-5] */
export const URGENT_WINDOW_PACKETS = 10;
/** [CREDIT-5] */
export const DATAGRAMS_WAITING_MAX = 64;
/** [CREDIT-6] */
export const PIECES_MAX = 1_024;
