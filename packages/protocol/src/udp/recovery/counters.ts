/** What one connection counts of its packets [COUNT-1]. */
export interface RecoveryCounters {
  packetsAcked: number;
  bytesAcked: number;
  packetsLost: number;
  bytesLost: number;
  packetsFalselyLost: number;
  persistentCongestions: number;
}

export function newRecoveryCounters(): RecoveryCounters {
  return {
    packetsAcked: 0,
    bytesAcked: 0,
    packetsLost: 0,
    bytesLost: 0,
    packetsFalselyLost: 0,
    persistentCongestions: 0,
  };
}
