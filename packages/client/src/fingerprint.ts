import { formatFingerprint } from '@sotto/protocol';

/** As `formatFingerprint`; empty where the runtime does not tell the certificate. */
export const fingerprintOf = (sha256: Uint8Array): string =>
  sha256.length === 0 ? '' : formatFingerprint(sha256);
