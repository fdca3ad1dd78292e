/** A file on its way down, put together part by part: what is kept of it need not come again. */
import type { SottoClient, TransferProgress } from '@sotto/client';
import { FILE_CHUNK_BYTES, type RoomNumber, type Sequence } from '@sotto/model';
import type { TransferKeeper } from './kept-transfers.ts';

/** Whole chunks, as the SDK hands them over [FILES-3]: so what is here of it can be gone on with. */
export const PART_BYTES = 64 * FILE_CHUNK_BYTES;

export interface Receiving {
  client: SottoClient;
  /** Where its parts are kept; asked for each, as somebody may want it meanwhile. */
  keeper(): TransferKeeper | undefined;
  id: string;
  room: RoomNumber;
  sequence: Sequence;
  moving: { signal: AbortSignal; onProgress: (progress: TransferProgress) => void };
}

export async function receive(receiving: Receiving): Promise<Blob> {
  const { client, keeper, id, room, sequence, moving } = receiving;
  let parts: Blob[] = [];
  const have = async ({ sha256 }: { sha256: string }): Promise<Blob | undefined> => {
    parts = [...((await keeper()?.parts(id, sha256)) ?? [])];
    return parts.length === 0 ? undefined : new Blob(parts);
  };
  const { stream, file } = await client.fetchFile(room, sequence, { ...moving, have });
  let waiting: Uint8Array<ArrayBuffer>[] = [];
  let waitingBytes = 0;
  for await (const chunk of chunksOf(stream)) {
    waiting.push(Uint8Array.from(chunk));
    waitingBytes += chunk.length;
    if (waitingBytes < PART_BYTES) continue;
    const part = new Blob(waiting);
    [waiting, waitingBytes] = [[], 0];
    parts.push((await keeper()?.keepPart(id, file.sha256, parts.length, part)) ?? part);
  }
  return new Blob([...parts, ...waiting]);
}

/** Not every browser lets a stream be iterated over. */
async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
