/** Which stream a lane is on [QUIC-2]. */
import { FIRST_FILE_LANE, type Lane } from '@sotto/protocol';

/**
 * Control and chat have a stream each, files share these. Bun's client lets its server open 100 streams whatever it is
 * told, so not every lane that a byte can name may have its own.
 */
const FILE_STREAMS = 96;
/** Those, and the empty one that says the sender is done [QUIC-4]. */
export const STREAMS_MAX = FIRST_FILE_LANE + FILE_STREAMS + 1;

/** As the streams of a sender are called here; not QUIC's own numbers. */
export type StreamNumber = number;

export const streamOf = (lane: Lane): StreamNumber =>
  lane < FIRST_FILE_LANE ? lane : FIRST_FILE_LANE + ((lane - FIRST_FILE_LANE) % FILE_STREAMS);
