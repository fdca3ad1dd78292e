import { type Binding, NO_BINDING, SottoError } from '@sotto/protocol';
import { ChannelBinding, ErrorCode } from '@sotto/schema';
import type { Channel } from '../accounts/channel.ts';
import { sha256Of } from '../digest.ts';
import type { ClientConnection } from './connection.ts';

/** What each client binds its proofs to: kept from the log-in on, since the session drops its transcript then [PROOF-2]. */
export class Channels {
  readonly #certificateSha256: Uint8Array;
  readonly #known = new WeakMap<ClientConnection, Channel>();

  constructor(certificateSha256: Uint8Array) {
    this.#certificateSha256 = certificateSha256;
  }

  of(connection: ClientConnection): Channel {
    const channel = this.#known.get(connection) ?? this.#read(connection);
    this.#known.set(connection, channel);
    return channel;
  }

  /** As its Hello says, and as this side of the channel knows it [BIND-1]. */
  #read({ session, transport }: ClientConnection): Channel {
    const { hello, transcript } = session;
    if (hello === undefined) throw new SottoError(ErrorCode.NOT_ALLOWED_IN_STATE, 'already logged in');
    return {
      source: transport.remoteAddress,
      transcriptHash: sha256Of(transcript),
      binding: bindingFor(hello.binding, transport.binding, this.#certificateSha256),
      agent: hello.agent,
    };
  }
}

function bindingFor(wanted: ChannelBinding, ofChannel: Binding, certificateSha256: Uint8Array): Binding {
  switch (wanted) {
    case ChannelBinding.UNSPECIFIED:
      return NO_BINDING;
    case ChannelBinding.CERTIFICATE:
      return { kind: ChannelBinding.CERTIFICATE, value: certificateSha256 };
    case ChannelBinding.EXPORTER:
      if (ofChannel.kind === ChannelBinding.EXPORTER) return ofChannel;
      throw new SottoError(ErrorCode.ARGUMENT_INVALID, 'this transport has no exporter to bind to');
    default:
      throw new SottoError(ErrorCode.ARGUMENT_INVALID, `binding ${wanted}`);
  }
}
