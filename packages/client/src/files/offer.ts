/** What a message with a file says of it. */
import { checkOffer, FILE_MESSAGE_MAX_BYTES, type OfferFields, toMediaType } from '@sotto/model';
import { decodeMessage, encodeMessage, SottoError } from '@sotto/protocol';
import { ContentSchema, ErrorCode, FilePreviewSchema } from '@sotto/schema';
import { toHex } from '../hex.ts';
import { toBase64Url } from '../login/base64url.ts';
import type { OutboxFile } from '../store.ts';
import type { FileDetails, FileSource } from '../types.ts';

/** Of the file itself; `inline` holds the bytes of a small one. */
export interface Contents {
  sha256: Uint8Array;
  sizeBytes: number;
  inline: Uint8Array | undefined;
}

/** What was given, else what the source says of itself. */
export function describedBy(
  source: FileSource,
  details: FileDetails,
): Required<Omit<FileDetails, 'preview'>> & FileDetails {
  const type = source instanceof Blob ? toMediaType(source.type) : '';
  return {
    ...details,
    name: details.name ?? nameOf(source) ?? 'file',
    mediaType: details.mediaType ?? type,
    text: details.text ?? '',
  };
}

/** As the outbox keeps it. Throws what the server would answer. */
export function toOutboxFile(details: ReturnType<typeof describedBy>, contents: Contents): OutboxFile {
  const { name, mediaType, preview, text } = details;
  const { sha256, sizeBytes: size, inline = NOTHING } = contents;
  const value = { sha256, size, name, mediaType, preview: toWire(preview), inline, text };
  check(value);
  const { preview: shown, ...rest } = value;
  const message = shown === undefined ? rest : { ...rest, preview: shown };
  const content = encodeMessage(ContentSchema, { content: { case: 'file', value: message } });
  if (content.length > FILE_MESSAGE_MAX_BYTES) {
    const detail = `${content.length} bytes, at most ${FILE_MESSAGE_MAX_BYTES}`;
    throw new SottoError(ErrorCode.CONTENT_TOO_LARGE, detail);
  }
  return { content: toBase64Url(content), sha256: contents.inline === undefined ? toHex(sha256) : '' };
}

const NOTHING = new Uint8Array(0);

const toWire = (preview: FileDetails['preview']): OfferFields['preview'] =>
  preview && decodeMessage(FilePreviewSchema, encodeMessage(FilePreviewSchema, preview), 'preview');

/** Bun gives its files their whole path as a name. */
function nameOf(source: FileSource): string | undefined {
  if (!('name' in source) || typeof source.name !== 'string') return undefined;
  return source.name.split(/[/\\]/).at(-1) || undefined;
}

function check(offer: OfferFields): void {
  const problem = checkOffer(offer);
  if (problem === undefined) return;
  throw new SottoError(ErrorCode.CONTENT_INVALID, `${problem.field}: ${problem.reason}`);
}
