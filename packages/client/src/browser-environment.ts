import { sha256 } from '@noble/hashes/sha2.js';
import type { Random } from '@sotto/protocol';
import { browserNetwork } from './browser-network.ts';
import { createSystemClock } from './clock.ts';
import type { Environment } from './environment.ts';
import { hashTranscript } from './login/index.ts';

export function browserEnvironment(): Environment {
  const random: Random = { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) };
  return {
    clock: createSystemClock(),
    random,
    sha256: hashTranscript,
    hasher: () => sha256.create(),
    network: browserNetwork,
  };
}
