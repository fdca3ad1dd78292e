/** What both ends tell the runtime's QUIC, and what it costs at most. */
import type { SessionOptions } from 'node:quic';
import { HANDSHAKE_TIMEOUT_MS } from '../contract.ts';
import { STREAMS_MAX } from './streams.ts';

/** Longer than a session that hears nothing lasts, so that the session decides. */
const IDLE_TIMEOUT_S = 60;
/** What a peer may have under way, on one stream and on all together: of bytes that came out of order this side keeps so much. */
export interface Credit {
  streamBytes: number;
  connectionBytes: number;
}
/** Enough for 40 Mbit/s over 100 ms; a server holds it for whoever comes. */
export const SERVER_CREDIT: Credit = { streamBytes: 1024 * 1024, connectionBytes: 2 * 1024 * 1024 };
/** For 150 Mbit/s; a client chose its server. */
export const CLIENT_CREDIT: Credit = { streamBytes: 4 * 1024 * 1024, connectionBytes: 6 * 1024 * 1024 };
/** Frames that have begun and not ended may hold so much over all streams. */
export const UNFINISHED_MAX_BYTES = 6 * 1024 * 1024;
/** As large as a packet of the smallest path takes. */
const DATAGRAM_MAX_BYTES = 1_200;
/** Hybrid first; the classical one for clients that have no other. */
const GROUPS = 'X25519MLKEM768:X25519';

const sharedOptions = {
  groups: GROUPS,
  /** Only its exporter secret is taken, for the channel binding. */
  keylog: true,
  /** Whoever repeats early data could say something twice. */
  enableEarlyData: false,
  handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
  cc: 'cubic',
} as const satisfies SessionOptions;

/** The same for both sides but for what the peer may have under way. */
export const sessionOptions = ({ streamBytes, connectionBytes }: Credit) =>
  ({
    ...sharedOptions,
    transportParams: {
      maxIdleTimeout: IDLE_TIMEOUT_S,
      initialMaxData: connectionBytes,
      initialMaxStreamDataUni: streamBytes,
      initialMaxStreamDataBidiLocal: 0,
      initialMaxStreamDataBidiRemote: 0,
      initialMaxStreamsUni: STREAMS_MAX,
      initialMaxStreamsBidi: 0,
      maxDatagramFrameSize: DATAGRAM_MAX_BYTES,
    },
  }) satisfies SessionOptions;
