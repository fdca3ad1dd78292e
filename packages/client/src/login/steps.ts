/** What the steps of registering, logging in and resuming have in common. */
import type { Binding, FrameFields, FrameMessage, ProofLabel, ReplyName, RequestName } from '@sotto/protocol';
import { proofInput } from '@sotto/protocol';

/** Sends a request and gives its reply; rejects with the SottoError that the server answered. */
export type Send = <Name extends RequestName>(
  name: Name,
  fields: FrameFields<Name>,
) => Promise<FrameMessage<ReplyName<Name>>>;

/** What this side saw of the connection. */
export interface ClientChannel {
  /** SHA-256 of the transcript [BIND-2]. */
  transcriptHash: Uint8Array;
  binding: Binding;
}

export const proofBytes = (label: ProofLabel, channel: ClientChannel): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(proofInput(label, channel.transcriptHash, channel.binding));

/** The `transcriptHash` of a channel. */
export async function hashTranscript(transcript: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(transcript)));
}
