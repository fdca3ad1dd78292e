/** The numbers of docs/spec/paths.md. */

/** A healthy path answers within this; then the next one is tried beside it [PATH-2]. */
export const HEAD_START_MS = 250;
/** Where a path works already nobody is in a hurry [PATH-7]. */
export const PROBE_HEAD_START_MS = 1_000;
/** The longest that one search takes, and that an attempt goes on without an answer [PATH-3]. */
export const SEARCH_MS = 6_000;
/** After a refusal: the others get this, or as many times what the refusal took, whichever is more [PATH-3]. */
export const REFUSED_GRACE_MS = 1_000;
export const REFUSED_GRACE_FACTOR = 5;
/** What has no answer by then was probably lost: it is made anew, and once more as long after [PATH-13]. */
export const ANEW_MS = 2_000;
export const ATTEMPTS_BESIDE_MAX = 3;
/** Waiting for an answer and hearing nothing for this and two round trips is silence [PATH-4]. */
export const SILENT_MS = 1_000;
/** What two round trips may add to it at most. */
export const SILENT_ROUND_TRIPS_MAX_MS = 3_000;
/** Of so many answers the quickest counts as the round trip. */
export const ROUND_TRIPS_KEPT = 5;
/** How long a client whose user is at it hears nothing before it asks [PATH-4]. */
export const ASK_ACTIVE_MS = 2_000;
/** And one whose user is not. */
export const ASK_IDLE_MS = 15_000;
/** How long a message that came or went counts as the user being at it. */
export const ACTIVE_MS = 30_000;
/** A timer this late means that the machine slept [PATH-4]. */
export const LATE_TIMER_MS = 2_000;
/** How long the session may take to move, beside a path that goes on and without one [PATH-6]. */
export const ADOPT_MS = 3_000;
export const ADOPT_ALONE_MS = 6_000;
/** How long what was asked on a path that works may take to be answered before the session leaves it [PATH-6]. */
export const SETTLE_MS = 500;
/** How long a question waits for the next connection [PATH-6]. */
export const NEXT_PATH_MS = 5_000;
/** When better paths are asked for, after the client came to a path and after each other [PATH-7]. */
export const PROBES_AFTER_MS = [2_000, 5_000, 10_000] as const;
export const PROBE_EVERY_MS = 20_000;
/** After the network changed [PATH-10]. */
export const PROBE_CHANGED_MS = 1_000;
/** What was moved up to and left again waits, twice as long for each further move up within the window [PATH-8]. */
export const HOLD_OFF_MS = 15_000;
export const HOLD_OFF_MAX_MS = 300_000;
export const HOLD_OFF_WINDOW_MS = 600_000;
/** Networks are remembered for so long, and so many of them [PATH-9]. */
export const REMEMBERED_MS = 30 * 24 * 60 * 60 * 1_000;
export const NETWORKS_MAX = 32;
/** Paths kept for `/status` [PATH-11]. */
export const STAYS_MAX = 32;
/** A path that lasted this long ends the growing of the waits between searches [RECONNECT-2]. */
export const LASTING_MS = 5_000;
