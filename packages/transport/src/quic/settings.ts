/** What both ends tell the runtime's QUIC, and what it costs at most. */
import type { SessionOptions } from 'node:quic';
import { HANDSHAKE_TIMEOUT_MS } from '../contract.ts';
import { STREAMS_MAX } from './streams.ts';

/** Longer than a session that hears nothing lasts, so that the session decides. */
const IDLE_TIMEOUT_S = 60;
/** First credit; the runtime lets it grow with what is read. */
const CONNECTION_CREDIT_BYTES = 1024 * 1024;
const STREAM_CREDIT_BYTES = 256 * 1024;
/** Frames that have begun and not ended may hold so much over all streams. */
export const UNFINISHED_MAX_BYTES = 6 * 1024 * 1024;
/** As large as a packet of the smallest path takes. */
const DATAGRAM_MAX_BYTES = 1_200;
/** Hybrid first; the classical one for clients that have no other. */
const GROUPS = 'X25519MLKEM768:X25519';

export const sessionOptions = {
  groups: GROUPS,
  /** Only its exporter secret is taken, for the channel binding. */
  keylog: true,
  /** Whoever repeats early data could say something twice. */
  enableEarlyData: false,
  handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
  cc: 'cubic',
  transportParams: {
    maxIdleTimeout: IDLE_TIMEOUT_S,
    initialMaxData: CONNECTION_CREDIT_BYTES,
    initialMaxStreamDataUni: STREAM_CREDIT_BYTES,
    initialMaxStreamDataBidiLocal: 0,
    initialMaxStreamDataBidiRemote: 0,
    initialMaxStreamsUni: STREAMS_MAX,
    initialMaxStreamsBidi: 0,
    maxDatagramFrameSize: DATAGRAM_MAX_BYTES,
  },
} as const satisfies SessionOptions;
