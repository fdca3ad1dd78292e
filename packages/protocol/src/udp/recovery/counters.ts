/** What one connection counts of its packets [COUNT-1]. */
export interface RecoveryCounters {
  packetsSent: number;
  bytesSent: number;
  packetsAcked: number;
  bytesAcked: number;
  packetsLost: number;
  bytesLost: number;
  packetsFalselyLost: number;
  probeTimeouts: number;
  persistentCongestions: number;
}

export function newRecoveryCounters(): RecoveryCounters {
  return {
    packetsSent: 0,
    bytesSent: 0,
    packetsAcked: 0,
    bytesAcked: 0,
    packetsLost: 0,
    bytesLost: 0,
    packetsFalselyLost: 0,
    probeTimeouts: 0,
    persistentCongestions: 0,
  };
}
