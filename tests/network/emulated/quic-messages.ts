/**
 * What `node:quic` gives by itself to messages of which none waits for another: a stream for each frame of the client and
 * for what answers it. For the server each stream is a channel.
 */
import { createPrivateKey } from 'node:crypto';
import { connect, listen, type QuicSession, type QuicStream } from 'node:quic';
import { BODY_MAX_BYTES, FrameReader, type Lane } from '@sotto/protocol';
import type { AcceptChannel, Channel, ChannelEvents, Identity } from './channel.ts';

const ALPN = 'sotto-echo';
const WINDOW_BYTES = 16 * 1024 * 1024;
const IDLE_TIMEOUT_S = 300;

/** Larger than anything here needs, so that credit is never what is measured. */
const transportParams = {
  maxIdleTimeout: IDLE_TIMEOUT_S,
  initialMaxStreamsBidi: 100_000,
  initialMaxData: WINDOW_BYTES,
  initialMaxStreamDataBidiLocal: WINDOW_BYTES,
  initialMaxStreamDataBidiRemote: WINDOW_BYTES,
};

export async function listenQuicMessages(
  hostname: string,
  port: number,
  { certificate, privateKey }: Identity,
  accept: AcceptChannel,
): Promise<void> {
  const keys = [createPrivateKey(privateKey)];
  await listen(
    (session) => {
      session.onstream = (stream) => {
        const channel = new StreamChannel(stream);
        channel.drive(accept(channel));
      };
      session.closed.catch(() => {});
    },
    {
      alpn: [ALPN],
      cc: 'cubic',
      sni: { '*': { keys, certs: [Buffer.from(certificate)] } },
      endpoint: { address: `${hostname}:${port}` },
      transportParams,
    },
  );
}

export async function dialQuicMessages(
  hostname: string,
  port: number,
  accept: AcceptChannel,
): Promise<Channel> {
  const session = await connect(`${hostname}:${port}`, {
    alpn: ALPN,
    servername: 'localhost',
    cc: 'cubic',
    rejectUnauthorized: false,
    verifyPeer: 'manual',
    // It would take the loopback address otherwise.
    endpoint: { address: '0.0.0.0:0' },
    transportParams,
  });
  session.closed.catch(() => {});
  await session.opened;
  return new SessionChannel(session, accept);
}

class SessionChannel implements Channel {
  readonly #session: QuicSession;
  readonly #events: ChannelEvents;

  constructor(session: QuicSession, accept: AcceptChannel) {
    this.#session = session;
    this.#events = accept(this);
    session.closed.then(
      () => this.#events.closed('closed'),
      (error) => this.#events.closed(String(error)),
    );
  }

  send(lane: Lane, frame: Uint8Array): boolean {
    void this.#session.createBidirectionalStream().then((opened) => {
      const stream = new StreamChannel(opened);
      stream.drive(this.#events);
      stream.send(lane, frame);
      stream.close();
    });
    return true;
  }

  close(): void {
    this.#session.destroy();
  }
}

/** One stream, for so little that it always has room. */
class StreamChannel implements Channel {
  readonly #stream: QuicStream;
  #isClosed = false;

  constructor(stream: QuicStream) {
    this.#stream = stream;
    stream.closed.catch(() => {});
  }

  drive(events: ChannelEvents): void {
    void this.#read(events).catch((error) => events.closed(String(error)));
  }

  send(_lane: Lane, frame: Uint8Array): boolean {
    return this.#stream.writer.writeSync(frame);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stream.writer.endSync();
  }

  async #read(events: ChannelEvents): Promise<void> {
    const reader = new FrameReader();
    reader.bodyMaxBytes = BODY_MAX_BYTES;
    for await (const chunks of this.#stream)
      for (const chunk of chunks) reader.push(chunk, (frame) => events.frame(frame));
    this.close();
  }
}
