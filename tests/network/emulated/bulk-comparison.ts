/** Downloads through a bottleneck: over UDP and over QUIC, each on a path of its own at the same time; and UDP beside TLS on one. */
import { MESSAGE_INTERVAL_MS } from './comparison.ts';
import { type BulkFigures, measureBulk, measureSharing } from './measure.ts';

const BOTTLENECK = { rateMbps: 20, roundTripMs: 30 };
const CHAT = { messages: 240, intervalMs: MESSAGE_INTERVAL_MS, patienceMs: 10_000 };

/** What is downloaded, by the path's loss: a lossy one gives so much less that it would take all day. */
const BULKS = [
  { loss: 0, bytes: 50e6 },
  { loss: 0.02, bytes: 10e6 },
] as const;

export interface BulkComparison {
  loss: number;
  bytes: number;
  udp: BulkFigures;
  quic: BulkFigures;
}

export async function compareBulks(seed: number): Promise<BulkComparison[]> {
  const compared: BulkComparison[] = [];
  for (const { loss, bytes } of BULKS) {
    const settings = { ...BOTTLENECK, seed, loss, bytes, chat: CHAT };
    const [udp, quic] = await Promise.all([
      measureBulk({ ...settings, transport: 'udp' }),
      measureBulk({ ...settings, transport: 'quic' }),
    ]);
    compared.push({ loss, bytes, udp, quic });
  }
  return compared;
}

export const goodputRatio = ({ udp, quic }: BulkComparison): number => udp.goodputMbps / quic.goodputMbps;

/** By how many round trips of the path the median message takes longer beside a download than alone. */
export const chatRoundTripsMore = ({ alone, during }: BulkFigures): number =>
  (during.p50Ms - alone.p50Ms) / BOTTLENECK.roundTripMs;

/** Part of what came through a bottleneck that UDP had beside a TLS download. */
export const shareBesideTls = (seed: number, forMs: number): Promise<number> =>
  measureSharing({ ...BOTTLENECK, seed, first: 'udp', second: 'tls', forMs });
