/**
 * What login confirmations, device signatures and resume signatures cover [BIND-2]: a label, the hash of the
 * negotiation exactly as this side sent and received it, and the channel. A changed version list, certificate hash or
 * channel gives different bytes on the two sides.
 */
import { ChannelBinding } from '@sotto/schema';

export type ProofLabel = 'sotto/1 client' | 'sotto/1 server' | 'sotto/1 device' | 'sotto/1 resume';

/** What a transport can prove of its channel; both ends of one channel have the same bytes. */
export interface Binding {
  kind: ChannelBinding;
  /** EXPORTER: 32 bytes; CERTIFICATE: SHA-256 of the server's certificate; UNSPECIFIED: empty. */
  value: Uint8Array;
}

export const exporterBinding = (value: Uint8Array): Binding => ({ kind: ChannelBinding.EXPORTER, value });
export const certificateBinding = (sha256: Uint8Array): Binding => ({
  kind: ChannelBinding.CERTIFICATE,
  value: sha256,
});
export const NO_BINDING: Binding = { kind: ChannelBinding.UNSPECIFIED, value: new Uint8Array(0) };

/** Input of the transcript hash: Hello and Welcome as whole frames. */
export function transcript(hello: Uint8Array, welcome: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(hello.length + welcome.length);
  bytes.set(hello);
  bytes.set(welcome, hello.length);
  return bytes;
}

/** `label | 0 | transcript hash (32) | binding kind (1) | binding`. */
export function proofInput(label: ProofLabel, transcriptHash: Uint8Array, binding: Binding): Uint8Array {
  const name = new TextEncoder().encode(label);
  const bytes = new Uint8Array(name.length + 1 + transcriptHash.length + 1 + binding.value.length);
  bytes.set(name);
  bytes.set(transcriptHash, name.length + 1);
  bytes[name.length + 1 + transcriptHash.length] = binding.kind;
  bytes.set(binding.value, name.length + 1 + transcriptHash.length + 1);
  return bytes;
}
