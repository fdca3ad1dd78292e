import { type Binding, type ProofLabel, proofInput, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { needLength } from './checks.ts';
import { signedBy } from './digests.ts';

/** What the gateway knows of the connection that a request came on. */
export interface Channel {
  /** The peer's address, without port. */
  source: string;
  /** SHA-256 of the transcript [BIND-2]. */
  transcriptHash: Uint8Array;
  binding: Binding;
  /** As the peer's Hello says it. */
  agent: string;
}

const DEVICE_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** A device's signature over this connection's negotiation; DOWNGRADE_DETECTED where it covers another one. */
export function needSignature(
  label: ProofLabel,
  deviceKey: Uint8Array,
  signature: Uint8Array,
  channel: Channel,
): void {
  needLength('device_key', deviceKey, DEVICE_KEY_BYTES);
  needLength('signature', signature, SIGNATURE_BYTES);
  const covered = proofInput(label, channel.transcriptHash, channel.binding);
  if (signedBy(deviceKey, signature, covered)) return;
  throw new SottoError(ErrorCode.DOWNGRADE_DETECTED, 'device signature');
}
