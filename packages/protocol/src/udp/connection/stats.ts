/** What a connection counts and knows of its path [COUNT-1]. Times in ms. */
export interface UdpStats {
  packetsSent: number;
  packetsReceived: number;
  packetsLost: number;
  bytesSent: number;
  bytesReceived: number;
  /** Datagrams that did not parse, authenticate, or were received before. */
  packetsDropped: number;
  /** Bytes of urgent frames that left more than once before anybody knew them lost. */
  bytesRepeated: number;
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
