/** Files as a peer carries them by hand: whole uploads and downloads, and the pieces in between. */
import { FILE_CHUNK_BYTES } from '@sotto/model';
import { encodeMessage, type FrameFields, type FrameMessage, type Random } from '@sotto/protocol';
import { ContentSchema } from '@sotto/schema';
import { sha256Of } from '../digest.ts';
import type { LoggedIn, World } from './world.ts';

export const CHUNK = FILE_CHUNK_BYTES;

/** The pieces of a file from an offset on, one a chunk. */
export function piecesOf(transfer: number, bytes: Uint8Array, from = 0): FrameFields<'fileData'>[] {
  const pieces: FrameFields<'fileData'>[] = [];
  for (let offset = from; offset < bytes.length; offset += CHUNK) {
    const data = bytes.subarray(offset, offset + CHUNK);
    pieces.push({ transfer, offset, data, chunkSha256: sha256Of(data) });
  }
  return pieces;
}

const fileContent = (bytes: Uint8Array, of: Partial<FileFields> = {}): Uint8Array =>
  encodeMessage(ContentSchema, {
    content: {
      case: 'file',
      value: { sha256: sha256Of(bytes), size: bytes.length, name: 'a.bin', ...of },
    },
  });
interface FileFields {
  name: string;
  mediaType: string;
  inline: Uint8Array;
  text: string;
}

export class Carrying {
  readonly #world: World;
  /** Numbers of transfers, larger than any before. */
  #transfer = 0;

  constructor(world: World) {
    this.#world = world;
  }

  next(): number {
    this.#transfer += 1;
    return this.#transfer;
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    return randomBytes(this.#world.random, length);
  }

  start({ peer }: LoggedIn, bytes: Uint8Array, transfer = this.next(), of: { size?: number } = {}) {
    const fields = { transfer, sha256: sha256Of(bytes), size: bytes.length, ...of };
    return this.#world.run(peer.request('startUpload', fields));
  }

  /** Sends pieces, waiting for credit before each. */
  async send({ peer }: LoggedIn, pieces: readonly FrameFields<'fileData'>[], given: number): Promise<void> {
    let credit = given;
    for (const piece of pieces) {
      const end = (piece.offset ?? 0) + (piece.data?.length ?? 0);
      if (end > credit)
        credit = (
          await this.heard({ peer }, 'fileProgress', piece.transfer ?? 0, (said) => said.credit >= end)
        ).credit;
      peer.notify('fileData', piece);
      await this.#world.clock.advance(1);
    }
  }

  finish({ peer }: LoggedIn, transfer: number) {
    return this.#world.run(peer.request('finishUpload', { transfer }));
  }

  /** As an honest client does. */
  async upload(who: LoggedIn, bytes: Uint8Array): Promise<number> {
    const transfer = this.next();
    const { received, credit } = await this.start(who, bytes, transfer);
    await this.send(who, piecesOf(transfer, bytes, received), credit);
    await this.finish(who, transfer);
    return transfer;
  }

  /** Answers the sequence of the message. */
  async offer(
    { peer }: LoggedIn,
    room: number,
    bytes: Uint8Array,
    of: Partial<FileFields> = {},
  ): Promise<number> {
    const fields = {
      room,
      clientMessageId: this.#world.random.bytes(16),
      content: fileContent(bytes, of),
      file: of.inline === undefined ? sha256Of(bytes) : new Uint8Array(0),
    };
    return (await this.#world.run(peer.request('sendMessage', fields))).sequence;
  }

  /** The room and the sequence of the message between the two. */
  async offerDirect({ peer }: LoggedIn, to: LoggedIn, bytes: Uint8Array, of: Partial<FileFields> = {}) {
    const { outcomes } = await this.#world.run(
      peer.request('sendDirect', {
        recipients: [{ reference: { case: 'number', value: to.number } }],
        clientMessageId: this.#world.random.bytes(16),
        content: fileContent(bytes, of),
        file: of.inline === undefined ? sha256Of(bytes) : new Uint8Array(0),
      }),
    );
    const accepted = outcomes[0]?.accepted;
    return { room: accepted?.room ?? 0, sequence: accepted?.sequence ?? 0 };
  }

  startDownload(
    { peer }: LoggedIn,
    of: { room: number; sequence: number; offset?: number; credit?: number },
    transfer = this.next(),
  ) {
    return this.#world.run(peer.request('startDownload', { transfer, credit: 2 ** 40, ...of }));
  }

  /** Takes a whole file from `offset` on, acknowledging every piece. */
  async download(
    who: LoggedIn,
    of: { room: number; sequence: number; offset?: number },
  ): Promise<Uint8Array> {
    const transfer = this.next();
    const { size } = await this.startDownload(who, of, transfer);
    const begin = of.offset ?? 0;
    const file = new Uint8Array(size - begin);
    let received = begin;
    while (received < size) {
      const at = received;
      const { offset, data } = await this.heard(who, 'fileData', transfer, (piece) => piece.offset === at);
      file.set(data, offset - begin);
      received += data.length;
      who.peer.notify('fileProgress', { transfer, received, credit: 2 ** 40 });
    }
    await this.#world.clock.advance(1);
    return file;
  }

  /** Waits for it, and fails where the transfer ended. */
  async heard<Name extends 'fileData' | 'fileProgress' | 'endTransfer'>(
    { peer }: Pick<LoggedIn, 'peer'>,
    name: Name,
    transfer: number,
    is: (message: FrameMessage<Name>) => boolean = () => true,
  ): Promise<FrameMessage<Name>> {
    for (let step = 0; step < 2_000; step++) {
      const found = peer.pushed(name).find((message) => message.transfer === transfer && is(message));
      if (found !== undefined) return found;
      const end = peer.pushed('endTransfer').find((message) => message.transfer === transfer);
      if (end !== undefined) throw new Error(`transfer ${transfer} ended: ${end.code} ${end.detail}`);
      await this.#world.clock.advance(1);
    }
    throw new Error(`no ${name} of transfer ${transfer}`);
  }

  ended(who: LoggedIn, transfer: number): Promise<FrameMessage<'endTransfer'>> {
    return this.heard(who, 'endTransfer', transfer);
  }
}

function randomBytes(random: Random, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += CHUNK) bytes.set(random.bytes(Math.min(CHUNK, length - at)), at);
  return bytes;
}
