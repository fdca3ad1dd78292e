/** Raw `node:quic`: every lane is a bidirectional stream that the client opens. For the server each stream is a channel. */
import { createPrivateKey } from 'node:crypto';
import { connect, listen, type QuicSession, type QuicStream } from 'node:quic';
import { BODY_MAX_BYTES, FrameReader, type Lane } from '@sotto/protocol';
import type { AcceptChannel, Channel, ChannelEvents, Identity } from './channel.ts';

const ALPN = 'sotto-echo';
/** As much as our own transports take before they say that it is enough. */
const HIGH_WATER_BYTES = 1024 * 1024;
const WINDOW_BYTES = 16 * 1024 * 1024;
const IDLE_TIMEOUT_MS = 300_000;

/** Larger than anything here needs, so that credit is never what is measured. */
const transportParams = {
  maxIdleTimeout: IDLE_TIMEOUT_MS,
  initialMaxStreamsBidi: 100_000,
  initialMaxData: WINDOW_BYTES,
  initialMaxStreamDataBidiLocal: WINDOW_BYTES,
  initialMaxStreamDataBidiRemote: WINDOW_BYTES,
};
const WINDOWS = { transportParams, maxWindow: WINDOW_BYTES, maxStreamWindow: WINDOW_BYTES };

/** `perMessage`: a stream for each frame of the client and for what answers it, so that none waits for another. */
export type StreamUse = 'perLane' | 'perMessage';

export async function listenQuic(
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
      ...WINDOWS,
    },
  );
}

export async function dialQuic(
  hostname: string,
  port: number,
  use: StreamUse,
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
    ...WINDOWS,
  });
  session.closed.catch(() => {});
  await session.opened;
  return new SessionChannel(session, use, accept);
}

class SessionChannel implements Channel {
  readonly #session: QuicSession;
  readonly #use: StreamUse;
  readonly #events: ChannelEvents;
  readonly #lanes = new Map<Lane, Promise<StreamChannel>>();

  constructor(session: QuicSession, use: StreamUse, accept: AcceptChannel) {
    this.#session = session;
    this.#use = use;
    this.#events = accept(this);
    session.closed.then(
      () => this.#events.closed('closed'),
      (error) => this.#events.closed(String(error)),
    );
  }

  send(lane: Lane, frame: Uint8Array): boolean {
    if (this.#use === 'perMessage') {
      void this.#open().then((stream) => {
        stream.send(lane, frame);
        stream.close();
      });
    } else {
      const stream = this.#lanes.get(lane) ?? this.#open();
      this.#lanes.set(lane, stream);
      void stream.then((opened) => opened.send(lane, frame));
    }
    return true;
  }

  close(): void {
    this.#session.destroy();
  }

  async #open(): Promise<StreamChannel> {
    const channel = new StreamChannel(await this.#session.createBidirectionalStream());
    channel.drive(this.#events);
    return channel;
  }
}

/** One stream. */
class StreamChannel implements Channel {
  readonly #stream: QuicStream;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #isWriting = false;
  #isClosing = false;
  #drain: () => void = () => {};

  constructor(stream: QuicStream) {
    this.#stream = stream;
    stream.highWaterMark = HIGH_WATER_BYTES;
    stream.closed.catch(() => {});
  }

  drive(events: ChannelEvents): void {
    this.#drain = () => events.drain();
    void this.#read(events).catch((error) => events.closed(String(error)));
  }

  send(_lane: Lane, frame: Uint8Array): boolean {
    this.#waiting.push(frame);
    this.#waitingBytes += frame.length;
    if (!this.#isWriting) void this.#write();
    return this.#waitingBytes <= HIGH_WATER_BYTES;
  }

  close(): void {
    this.#isClosing = true;
    if (!this.#isWriting) this.#stream.writer.endSync();
  }

  async #read(events: ChannelEvents): Promise<void> {
    const reader = new FrameReader();
    reader.bodyMaxBytes = BODY_MAX_BYTES;
    for await (const chunks of this.#stream)
      for (const chunk of chunks) reader.push(chunk, (frame) => events.frame(frame));
    if (!this.#isClosing) this.close();
  }

  /** The writer throws where its buffer is full. */
  async #write(): Promise<void> {
    const writer = this.#stream.writer as QuicStream['writer'] & Drainable;
    this.#isWriting = true;
    for (const frame of this.#takeWaiting()) {
      while (!writer.writeSync(frame)) await writer[DRAINABLE]();
    }
    this.#isWriting = false;
    if (this.#isClosing) writer.endSync();
    else this.#drain();
  }

  *#takeWaiting(): Generator<Uint8Array> {
    for (let index = 0; index < this.#waiting.length; index++) {
      const frame = this.#waiting[index] as Uint8Array;
      this.#waitingBytes -= frame.length;
      yield frame;
    }
    this.#waiting = [];
  }
}

/** What Node.js names a writer's promise of room; null where there is room. */
const DRAINABLE = Symbol.for('Stream.drainableProtocol');
interface Drainable {
  [DRAINABLE](): Promise<unknown> | null;
}
