/** Choices of this implementation: both ends work together whatever they are. */

/** [URGENT-1] Small enough for two in a packet. */
export const URGENT_MAX_BYTES = 550;
/** [URGENT-2] */
export const URGENT_LOSS_MIN = 0.002;
/** [URGENT-3] In parts of the smoothed round trip: the first packet of its own, then every further one. */
export const URGENT_FIRST_GAP = 1 / 10;
export const URGENT_GAP = 1 / 4;
/** What leaves anyway takes along what would be due after this part of that time. */
export const URGENT_RIDING_SHARE = 2 / 5;
/** Below this, spacing is this. */
export const URGENT_GAP_MIN_MS = 5;
/** Urgent frames that are remembered at once. */
export const URGENT_ENTRIES_MAX = 64;
/** [URGENT-4] */
export const URGENT_EARNED_PACKETS = 3;
export const URGENT_SAVED_MAX_PACKETS = 8;
/** One more is earned each time this has passed. */
export const URGENT_EARNING_MS = 1_000;
export const URGENT_REPEATS_MAX = 12;
/** Under way at once: two thirds of the window below, so that there is room for what is new. */
export const URGENT_REPEATED_MAX_BYTES = 8_000;
/** [URGENT-5] The window that a connection begins with. */
export const URGENT_WINDOW_BYTES = 12_000;
/** [URGENT-6] */
export const URGENT_PROBES_MAX = 2;
/** [CREDIT-5] */
export const DATAGRAMS_WAITING_MAX = 64;
/** Longer frames go on their lane: a datagram shares its packet with an ack at most. */
export const DATAGRAM_FRAME_MAX_BYTES = 1_088;
/** [CREDIT-6] */
export const PIECES_MAX = 1_024;
export const UNFINISHED_MAX_BYTES = 6 * 1024 * 1024;

/**
 * [LOSS-1] A backed-off probe timeout is no longer than this, unless the path's own is. A train that leaves a tunnel is
 * noticed within it, and a silent path costs two packets in that time.
 */
export const PROBE_TIMEOUT_MAX_MS = 3_000;
/** A handshake has 10 s and a few packets: on a path that loses a third of them it must try often. */
export const HANDSHAKE_PROBE_TIMEOUT_MAX_MS = 600;
/** [LOSS-3] A packet declared lost is known this many probe timeouts longer, and at most so many of them are. */
export const LATE_PROBE_TIMEOUTS = 3;
export const LATE_PACKETS_MAX = 256;
/** Packets whose fate is not known, from the oldest to the newest: beyond this the oldest counts as lost. */
export const UNSETTLED_MAX_PACKETS = 8_192;
/** Packets that are not in flight are known for so many numbers: they only help to measure round trips. */
export const NOT_IN_FLIGHT_KNOWN_PACKETS = 64;
/** [CONGEST-1] Above the greatest credit, so that it never is what limits. */
export const WINDOW_MAX_BYTES = 8 * 1024 * 1024;
/** [CONGEST-4] With fewer packets than this waiting in the path's queues, a loss is taken for noise. */
export const QUEUE_EMPTY_PACKETS = 3;
/** What it leaves of the window. */
export const NOISE_BETA = 0.85;
/** [CONGEST-2] */
export const PACING_GAIN = 1.25;
export const PACING_GAIN_SLOW_START = 2;
/** Timers are late by about one of these ms: what is due in them may leave at once as well. */
export const PACING_SLACK_MS = 2;
/** [URGENT-2] */
export const LOSS_RATE_STEP = 1 / 64;
/** [ACK-3] A packet number is left out after at most so many. */
export const SKIP_GAP_MAX_PACKETS = 1_024;
