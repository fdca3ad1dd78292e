/** The text of a small file, for a question about it [PROMPT-5]. */
import { type RoomNumber, streamOwner } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import type { BlobReader } from '../../files/blobs.ts';
import type { Asker } from '../../rooms/directory.ts';
import type { Spoken } from './messages.ts';
import type { PromptFacts, Told } from './prompt.ts';
import type { PromptsOptions } from './prompts.ts';

const FILE_MAX_BYTES = 64 * 1024;

export interface OpenedFile {
  sequence: number;
  name: string;
  text: string;
}

/** Undefined where it has none, or none that can be told: it is too long, no text, gone, or not for the asker. */
export async function readFileOf(
  { downloads }: PromptsOptions,
  asker: Asker,
  said: Spoken | undefined,
): Promise<OpenedFile | undefined> {
  if (said?.offer === undefined || said.offer.size > FILE_MAX_BYTES) return undefined;
  const { event, offer } = said;
  const isInline = offer.inline.length === offer.size;
  const bytes = isInline ? offer.inline : await stored(downloads, asker, said);
  const text = bytes && textIn(bytes);
  return text === undefined ? undefined : { sequence: event.sequence, name: offer.name, text };
}

/** Where its message is told. */
export function fileOf(file: OpenedFile | undefined, told: readonly Told[]): PromptFacts['file'] {
  const message = file && told.find(({ sequence }) => sequence === file.sequence);
  return message && file && { source: message.source, name: file.name, text: file.text };
}

async function stored(
  downloads: PromptsOptions['downloads'],
  asker: Asker,
  { event }: Spoken,
): Promise<Uint8Array | undefined> {
  const owner = streamOwner(event.stream);
  if (downloads === undefined || owner?.kind !== 'room') return undefined;
  try {
    const source = await downloads.find(asker, owner.room as RoomNumber, event.sequence);
    return source.sizeBytes > FILE_MAX_BYTES ? undefined : await readAll(await source.open(0));
  } catch (error) {
    if (error instanceof SottoError) return undefined;
    throw error;
  }
}

async function readAll(reader: BlobReader): Promise<Uint8Array | undefined> {
  try {
    const pieces: Uint8Array[] = [];
    for (let bytes = 0; bytes <= FILE_MAX_BYTES; ) {
      const piece = await reader.next(FILE_MAX_BYTES);
      if (piece.length === 0) return Buffer.concat(pieces);
      pieces.push(piece.slice());
      bytes += piece.length;
    }
    return undefined;
  } finally {
    await reader.close();
  }
}

/** Undefined where it is no text. */
function textIn(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
