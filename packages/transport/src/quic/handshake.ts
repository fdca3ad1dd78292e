import type { QuicSession, QuicStream, SessionHandshakeInfo } from 'node:quic';
import type { Binding } from '@sotto/protocol';
import { bindingOfKeyLog } from './exporter.ts';

/** What a handshake came to. */
export interface Established {
  session: QuicSession;
  info: SessionHandshakeInfo;
  binding: Binding;
  /** The key exchange, "X25519MLKEM768"; empty where the runtime does not tell. */
  group: string;
  /** Streams that the peer opened before anybody could read them. */
  streams: readonly QuicStream[];
}

/** Follows a session that has just begun. Rejects with what the runtime says. */
export async function handshakeOf(session: QuicSession): Promise<Established> {
  const streams: QuicStream[] = [];
  let binding: Binding | undefined;
  // Whoever uses the session hears of its end by another handler of this promise.
  session.closed.catch(() => {});
  session.onstream = (stream) => {
    stream.closed.catch(() => {});
    streams.push(stream);
  };
  session.onkeylog = (line) => {
    binding ??= bindingOfKeyLog(line);
  };
  const info = await session.opened;
  session.onkeylog = undefined;
  if (binding === undefined) throw new Error('the runtime tells no exporter secret');
  const group = session.ephemeralKeyInfo?.name ?? '';
  return { session, info, binding, group, streams };
}
