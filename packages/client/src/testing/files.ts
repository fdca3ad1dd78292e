/** Files for tests: bytes that differ everywhere, readers, and breaks on their way. */
import { isInlineSize, LOBBY, type Sequence } from '@sotto/model';
import { EventKind } from '@sotto/schema';
import type { TransferProgress } from '../types.ts';
import { type FakeFiles, sha256Of } from './fake-files.ts';
import { BOB, type FakeServer } from './fake-server.ts';

export const KIB = 1024;

/** The same for the same seed. */
export function bytesOf(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = seed >>> 0 || 1;
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

/** Bob offers it in the lobby; the server has it. */
export function offered(server: FakeServer, bytes: Uint8Array, name = 'data.bin'): Sequence {
  const sha256 = sha256Of(bytes);
  const isInline = isInlineSize(bytes.length);
  if (!isInline) server.files.stored.set(sha256.toHex(), bytes);
  const inline = isInline ? bytes : new Uint8Array(0);
  const value = { sha256, size: bytes.length, name, mediaType: '', inline, text: 'look' };
  return server.happen(LOBBY, EventKind.MESSAGE, BOB, { case: 'file', value }).sequence as Sequence;
}

export async function readAll(stream: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of stream) chunks.push(Uint8Array.from(chunk));
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/** What was told, phases without repetitions. */
export function progressLog() {
  const told: TransferProgress[] = [];
  return {
    told,
    onProgress: (progress: TransferProgress) => void told.push(progress),
    get phases(): string[] {
      return told.map(({ phase }) => phase).filter((phase, index, all) => phase !== all[index - 1]);
    },
  };
}

/** Breaks a connection after each of these numbers of pieces; `isSilent`: nobody is told. Answers how many were broken yet. */
export function breakingAt(files: FakeFiles, breaks: readonly number[], isSilent: boolean): () => number {
  const left = [...breaks];
  files.onPiece = (connection) => {
    const [first] = left;
    if (first === undefined) return;
    left[0] = first - 1;
    if (first > 1) return;
    left.shift();
    if (isSilent) connection.vanish();
    else connection.cut();
  };
  return () => breaks.length - left.length;
}
