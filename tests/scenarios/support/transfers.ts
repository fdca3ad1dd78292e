/** Transfers by hand: one frame after the other, also as nobody honest sends them. */
import { FILE_CHUNK_BYTES } from '@sotto/model';
import type { FrameFields, FrameMessage } from '@sotto/protocol';
import type { Peer } from '@sotto/server/testing';

/** Long enough for a busy machine; nothing takes it. */
const PATIENCE_MS = 60_000;
/** Beyond what has come. */
const CREDIT_BYTES = 512 * 1024;

export const digest = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(new Bun.CryptoHasher('sha256').update(bytes).digest());

/** The pieces of a file, one a chunk. */
export function piecesOf(transfer: number, bytes: Uint8Array, from = 0): FrameFields<'fileData'>[] {
  const pieces: FrameFields<'fileData'>[] = [];
  for (let offset = from; offset < bytes.length; offset += FILE_CHUNK_BYTES) {
    const data = bytes.subarray(offset, offset + FILE_CHUNK_BYTES);
    pieces.push({ transfer, offset, data, chunkSha256: digest(data) });
  }
  return pieces;
}

/** The last thing that the server said of the transfer's progress, once `is` holds. */
export async function progressOf(
  peer: Peer,
  transfer: number,
  is: (progress: FrameMessage<'fileProgress'>) => boolean,
): Promise<FrameMessage<'fileProgress'>> {
  return heard(() =>
    peer
      .pushed('fileProgress')
      .filter((progress) => progress.transfer === transfer)
      .find(is),
  );
}

export const endOf = (peer: Peer, transfer: number): Promise<FrameMessage<'endTransfer'>> =>
  heard(() => peer.pushed('endTransfer').find((end) => end.transfer === transfer));

async function heard<T>(look: () => T | undefined): Promise<T> {
  for (const endMs = Date.now() + PATIENCE_MS; Date.now() < endMs; await Bun.sleep(5)) {
    const found = look();
    if (found !== undefined) return found;
  }
  throw new Error('nothing was said');
}

/** As an honest client does, and waits until it is durable. */
export async function upload(peer: Peer, transfer: number, bytes: Uint8Array): Promise<void> {
  const started = await peer.request('startUpload', { transfer, sha256: digest(bytes), size: bytes.length });
  let { credit } = started;
  for (const piece of piecesOf(transfer, bytes, started.received)) {
    const end = (piece.offset ?? 0) + (piece.data?.length ?? 0);
    if (end > credit) ({ credit } = await progressOf(peer, transfer, (progress) => progress.credit >= end));
    peer.notify('fileData', piece);
  }
  if (bytes.length > started.received)
    await progressOf(peer, transfer, ({ received }) => received === bytes.length);
  await peer.request('finishUpload', { transfer });
}

/** Takes a download to its end, acknowledging every piece as an honest client does; answers how many bytes came. */
export async function download(
  peer: Peer,
  transfer: number,
  of: { room: number; sequence: number },
): Promise<number> {
  const { size } = await peer.request('startDownload', { transfer, ...of, offset: 0, credit: CREDIT_BYTES });
  let received = 0;
  for (let seen = 0; received < size; ) {
    const pushes = peer.pushed('fileData');
    for (const piece of pushes.slice(seen)) if (piece.transfer === transfer) received += piece.data.length;
    if (pushes.length > seen)
      peer.notify('fileProgress', { transfer, received, credit: Math.min(size, received + CREDIT_BYTES) });
    seen = pushes.length;
    const ended = peer.pushed('endTransfer').find((end) => end.transfer === transfer);
    if (ended !== undefined) throw new Error(`the download ended: ${ended.code}`);
    await Bun.sleep(2);
  }
  return received;
}
