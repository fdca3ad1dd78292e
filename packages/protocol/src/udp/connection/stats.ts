import type { Parts } from './parts.ts';

/** Datagrams of one connection, whatever became of them. */
export interface Traffic {
  packetsSent: number;
  packetsReceived: number;
  bytesSent: number;
  bytesReceived: number;
}

/** What a connection counts and knows of its path [COUNT-1]. Times in ms. */
export interface UdpStats extends Traffic {
  packetsAcknowledged: number;
  packetsLost: number;
  bytesAcknowledged: number;
  bytesLost: number;
  /** Bytes of urgent frames that left more than once before anybody knew them lost. */
  bytesRepeated: number;
  /** Received and not used, for these reasons or any other. */
  packetsDropped: number;
  /** Authentic, and received before [KEYS-1]. */
  packetsReplayed: number;
  /** Of those in the connection's keys, what did not authenticate. */
  packetsForged: number;
  latestRoundTripMs: number;
  leastRoundTripMs: number;
  roundTripMs: number;
  roundTripVarianceMs: number;
  /** From 0 to 1, of what was sent lately. */
  lossRate: number;
  windowBytes: number;
  inFlightBytes: number;
  pathChanges: number;
  keyUpdates: number;
}

export function statsOf(parts: Parts, traffic: Traffic): UdpStats {
  const { recovery, lanes, paths, protection, packetsDropped } = parts;
  const { rtt, counters } = recovery;
  return {
    ...traffic,
    packetsAcknowledged: counters.packetsAcked,
    packetsLost: counters.packetsLost,
    bytesAcknowledged: counters.bytesAcked,
    bytesLost: counters.bytesLost,
    bytesRepeated: lanes.counters.sending.repeatedBytes,
    packetsDropped,
    packetsReplayed: protection?.counters.replayed ?? 0,
    packetsForged: protection?.counters.forged ?? 0,
    latestRoundTripMs: rtt.latestMs,
    leastRoundTripMs: rtt.minMs,
    roundTripMs: rtt.smoothedMs,
    roundTripVarianceMs: rtt.varianceMs,
    lossRate: recovery.lossRate,
    windowBytes: recovery.window,
    inFlightBytes: recovery.bytesInFlight,
    pathChanges: paths.changes,
    keyUpdates: protection?.updates ?? 0,
  };
}
