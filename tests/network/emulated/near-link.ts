import { CHAT_LANE, FIRST_FILE_LANE, readHeader } from '@sotto/protocol';
import type { Channel, ChannelEvents } from './channel.ts';
import type { EchoTransport } from './names.ts';
import type { DownloadOrder, DownloadResult, EchoOrder, EchoResult } from './orders.ts';
import { dial } from './transports.ts';
import { DATA, dataBytes, downloadFrame, ECHO, echoFrame } from './wire.ts';

/** One connection to the far side and what is under way on it. */
export class NearLink {
  #echoed: (id: number) => void = () => {};
  /** Of the next message; a late one of an earlier run is not taken for one of this. */
  #nextId = 0;
  #downloaded: (bytes: number) => void = () => {};
  /** Rejects when the connection ends. */
  readonly #ended = Promise.withResolvers<never>();
  #channel: Channel | undefined;

  static async open(transport: EchoTransport): Promise<NearLink> {
    const link = new NearLink();
    link.#ended.promise.catch(() => {});
    link.#channel = await dial(transport, () => link.#events());
    return link;
  }

  /** The first message leaves after `offsetMs`, so that transports do not send in the same moment. */
  async echo(order: EchoOrder, offsetMs: number): Promise<EchoResult> {
    const sentAt: number[] = [];
    const delaysMs = new Array<number>(order.messages).fill(Number.NaN);
    let missing = order.messages;
    let overtaken = 0;
    let latest = -1;
    const all = Promise.withResolvers<void>();
    const firstId = this.#nextId;
    this.#nextId += order.messages;
    this.#echoed = (id) => {
      const index = id - firstId;
      if (index < 0) return;
      if (index < latest) overtaken += 1;
      latest = Math.max(latest, index);
      delaysMs[index] = performance.now() - (sentAt[index] ?? 0);
      if (--missing === 0) all.resolve();
    };
    const start = performance.now() + offsetMs;
    for (let index = 0; index < order.messages; index++) {
      await Bun.sleep(Math.max(0, start + index * order.intervalMs - performance.now()));
      sentAt.push(performance.now());
      this.#send(CHAT_LANE, echoFrame(CHAT_LANE, firstId + index));
    }
    await Promise.race([all.promise, this.#ended.promise, Bun.sleep(order.patienceMs)]);
    const end = performance.now();
    const known = delaysMs.map((delay, index) => (Number.isNaN(delay) ? end - (sentAt[index] ?? 0) : delay));
    return { delaysMs: known, inOrderMs: inOrder(sentAt, known), missing, overtaken };
  }

  async download(order: DownloadOrder): Promise<DownloadResult> {
    const done = Promise.withResolvers<void>();
    const since = performance.now();
    let bytes = 0;
    let last = since;
    this.#downloaded = (more) => {
      bytes += more;
      last = performance.now();
      if (bytes >= order.bytes) done.resolve();
    };
    this.#send(FIRST_FILE_LANE, downloadFrame(FIRST_FILE_LANE, order.bytes));
    const limits = order.forMs === undefined ? [] : [Bun.sleep(order.forMs)];
    await Promise.race([done.promise, this.#ended.promise, ...limits]);
    return { bytes, ms: last - since };
  }

  close(): void {
    this.#channel?.close();
  }

  #send(lane: number, frame: Uint8Array): void {
    this.#channel?.send(lane, frame);
  }

  #events(): ChannelEvents {
    return {
      frame: (frame) => {
        const { type, requestId } = readHeader(frame);
        if (type === ECHO) this.#echoed(requestId);
        else if (type === DATA) this.#downloaded(dataBytes(frame));
      },
      drain: () => {},
      closed: (detail) => this.#ended.reject(new Error(`the connection has ended: ${detail}`)),
    };
  }
}

function inOrder(sentAt: readonly number[], delaysMs: readonly number[]): number[] {
  let latest = 0;
  return sentAt.map((sent, index) => {
    latest = Math.max(latest, sent + (delaysMs[index] ?? 0));
    return latest - sent;
  });
}
