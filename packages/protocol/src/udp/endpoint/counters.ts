/** Sums of an endpoint [COUNT-1]. */
export interface UdpCounters {
  datagramsReceived: number;
  datagramsSent: number;
  bytesReceived: number;
  bytesSent: number;
  /** Datagrams that were no packet, or belonged to nobody. */
  dropped: number;
  retries: number;
  resets: number;
  /** Connections that got keys. */
  established: number;
  /** Handshakes refused because too many were under way [ADMIT-6]. */
  refused: number;
}

export const newCounters = (): UdpCounters => ({
  datagramsReceived: 0,
  datagramsSent: 0,
  bytesReceived: 0,
  bytesSent: 0,
  dropped: 0,
  retries: 0,
  resets: 0,
  established: 0,
  refused: 0,
});
