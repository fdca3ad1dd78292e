/** Transfers by hand: one frame after the other, also as nobody honest sends them. */
import { CLIENT_MESSAGE_ID_BYTES, LOBBY } from '@sotto/model';
import { encodeMessage, type FrameMessage } from '@sotto/protocol';
import { ContentSchema } from '@sotto/schema';
import { type Peer, piecesOf, sha256Of } from '@sotto/server/testing';

/** Long enough for a busy machine; nothing takes it. */
const PATIENCE_MS = 60_000;
/** Beyond what has come. */
const CREDIT_BYTES = 512 * 1024;

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
  const started = await peer.request('startUpload', {
    transfer,
    sha256: sha256Of(bytes),
    size: bytes.length,
  });
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

/** A message in the lobby that offers the file, or claims something else. */
export const offer = (
  peer: Peer,
  bytes: Uint8Array,
  claimed: { sha256?: Uint8Array; size?: number } = {},
) => {
  const file = { sha256: sha256Of(bytes), size: bytes.length, name: 'a.bin', ...claimed };
  return peer.request('sendMessage', {
    room: LOBBY,
    clientMessageId: newId(),
    content: encodeMessage(ContentSchema, { content: { case: 'file', value: file } }),
    file: file.sha256,
  });
};

export const deleteOffer = (peer: Peer, sequence: number) =>
  peer.request('changeMessage', {
    room: LOBBY,
    sequence,
    clientMessageId: newId(),
    change: { case: 'delete', value: {} },
  });

const newId = (): Uint8Array => crypto.getRandomValues(new Uint8Array(CLIENT_MESSAGE_ID_BYTES));
