/** What a message may offer as a file [OFFER-1]: judged by its sender before it is sent, by the server, and by its readers. */
import { toBinary } from '@bufbuild/protobuf';
import { type FileOffer, type FilePreview, FilePreviewSchema } from '@sotto/schema';
import {
  FILE_INLINE_MAX_BYTES,
  FILE_NAME_MAX_BYTES,
  FILE_PREVIEW_MAX_BYTES,
  MEDIA_TYPE_MAX_BYTES,
  MESSAGE_MAX_BYTES,
  PREVIEW_TEXT_MAX_BYTES,
  THUMBNAIL_MAX_PIXELS,
} from '../limits.ts';
import { readPictureHead } from './picture.ts';
import { utf8Length } from './utf8.ts';

/** A file that a message offers, without its bytes and without what is said about it. All of it is its sender's claim. */
export interface OfferedFile {
  /** To be made safe before anything is called so (`safeFileName`). */
  name: string;
  sizeBytes: number;
  /** "image/png"; may be empty. */
  mediaType: string;
  sha256: Uint8Array;
  preview: OfferedPreview | undefined;
  /** Its bytes are in the message. */
  inline: boolean;
}

/** What is left out is not known. */
export interface OfferedPreview {
  width?: number;
  height?: number;
  /** WebP, JPEG or PNG of at most 256 by 256 pixels. */
  thumbnail?: Uint8Array;
  text?: string;
  durationMs?: number;
}

export type OfferField = 'sha256' | 'size' | 'name' | 'mediaType' | 'preview' | 'inline' | 'text';
export interface OfferProblem {
  field: OfferField;
  /** In words, and never what the field holds. */
  reason: string;
}

export type OfferFields = Omit<FileOffer, '$typeName' | '$unknown'>;
export type OfferReading =
  | {
      kind: 'valid';
      file: OfferedFile;
      /** All bytes of a file that is inline; whether they have its digest is for the caller to see to. */
      inline: Uint8Array;
      /** Markdown source, may be empty. */
      text: string;
    }
  | ({ kind: 'invalid' } & OfferProblem);

export const FILE_DIGEST_BYTES = 32;
/** A file of this size is in the message that offers it [OFFER-2]. */
export const isInlineSize = (sizeBytes: number): boolean => sizeBytes <= FILE_INLINE_MAX_BYTES;
const CONTROL = /\p{Cc}/u;
const DRAWS_NOTHING = /^[\s\u2800\p{Default_Ignorable_Code_Point}]*$/u;
/** RFC 6838 section 4.2, in lower case. */
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/;
const UINT32_MAX = 0xffffffff;

/** Never throws, whatever the fields hold. `file` is a copy: whoever keeps it does not keep the message that it came in. */
export function readOffer(offer: OfferFields): OfferReading {
  const problem = checkOffer(offer);
  if (problem !== undefined) return { kind: 'invalid', ...problem };
  const { sha256, size, name, mediaType, preview, inline, text } = offer;
  const file = {
    name,
    sizeBytes: size,
    mediaType,
    sha256: sha256.slice(),
    preview: preview && toPreview(preview),
    inline: isInlineSize(size),
  };
  return { kind: 'valid', file, inline, text };
}

/** As a reader takes it: a preview that is none is left out, for what may be one to a later build is no reason to show nothing [OFFER-3]. */
export function readReceivedOffer(offer: OfferFields): OfferReading {
  const whole = readOffer(offer);
  const isPreview = whole.kind === 'invalid' && whole.field === 'preview';
  return isPreview ? readOffer({ ...offer, preview: undefined }) : whole;
}

/** The first thing that is wrong with it; undefined where nothing is. */
export function checkOffer(offer: OfferFields): OfferProblem | undefined {
  for (const field of FIELDS) {
    const reason = RULES[field](offer);
    if (reason !== undefined) return { field, reason };
  }
  return undefined;
}

/** The media type in what a system or a browser calls the type of a file; empty where there is none in it. */
export function toMediaType(written: string): string {
  const type = written.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return mediaTypeFault(type) === undefined ? type : '';
}

const FIELDS: readonly OfferField[] = ['sha256', 'size', 'name', 'mediaType', 'inline', 'text', 'preview'];

const RULES: Readonly<Record<OfferField, (offer: OfferFields) => string | undefined>> = {
  sha256: ({ sha256 }) =>
    sha256.length === FILE_DIGEST_BYTES
      ? undefined
      : `${sha256.length} bytes, a digest has ${FILE_DIGEST_BYTES}`,
  size: ({ size }) => (Number.isSafeInteger(size) && size >= 0 ? undefined : 'not a whole number of bytes'),
  name: ({ name }) => nameFault(name),
  mediaType: ({ mediaType }) => (mediaType === '' ? undefined : mediaTypeFault(mediaType)),
  inline: ({ inline, size }) => inlineFault(inline.length, size),
  text: ({ text }) => textFault(text, MESSAGE_MAX_BYTES),
  preview: ({ preview }) => preview && previewFault(preview),
};

function nameFault(name: string): string | undefined {
  const fault = textFault(name, FILE_NAME_MAX_BYTES);
  if (fault !== undefined) return fault;
  if (DRAWS_NOTHING.test(name)) return 'blank';
  return CONTROL.test(name) ? 'holds control characters' : undefined;
}

function mediaTypeFault(mediaType: string): string | undefined {
  if (mediaType.length > MEDIA_TYPE_MAX_BYTES) return `longer than ${MEDIA_TYPE_MAX_BYTES} bytes`;
  return MEDIA_TYPE.test(mediaType)
    ? undefined
    : 'not a type and a subtype in lower case, without parameters';
}

function inlineFault(bytes: number, size: number): string | undefined {
  const expected = isInlineSize(size) ? size : 0;
  if (bytes === expected) return undefined;
  return expected === 0 && bytes > 0
    ? `${bytes} bytes of a file of ${size}, which is not sent so`
    : `${bytes} bytes of a file of ${size}, which is sent in the message`;
}

function textFault(text: string, maxBytes: number): string | undefined {
  if (text.length > maxBytes || utf8Length(text) > maxBytes) return `longer than ${maxBytes} bytes`;
  return text.isWellFormed() ? undefined : 'not valid Unicode';
}

const isUint32 = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= UINT32_MAX;

function previewFault(preview: FilePreview): string | undefined {
  const { width, height, thumbnail, text, durationMs } = preview;
  if (!isUint32(width) || !isUint32(height)) return 'not sizes in pixels';
  if (!(durationMs >= 0 && durationMs <= Number.MAX_SAFE_INTEGER)) return 'not a duration';
  const fault = textFault(text, PREVIEW_TEXT_MAX_BYTES);
  if (fault !== undefined) return `its text: ${fault}`;
  const tooLong = `longer than ${FILE_PREVIEW_MAX_BYTES} bytes`;
  if (thumbnail.length > FILE_PREVIEW_MAX_BYTES) return tooLong;
  if (toBinary(FilePreviewSchema, preview).length > FILE_PREVIEW_MAX_BYTES) return tooLong;
  return thumbnail.length === 0 ? undefined : thumbnailFault(thumbnail);
}

function thumbnailFault(thumbnail: Uint8Array): string | undefined {
  const head = readPictureHead(thumbnail);
  if (head === undefined || head.animated) return 'its thumbnail is not a picture in WebP, JPEG or PNG';
  return Math.max(head.width, head.height) > THUMBNAIL_MAX_PIXELS
    ? `its thumbnail is larger than ${THUMBNAIL_MAX_PIXELS} by ${THUMBNAIL_MAX_PIXELS} pixels`
    : undefined;
}

function toPreview({ width, height, thumbnail, text, durationMs }: FilePreview): OfferedPreview {
  return {
    ...(width > 0 && { width }),
    ...(height > 0 && { height }),
    ...(thumbnail.length > 0 && { thumbnail: thumbnail.slice() }),
    ...(text !== '' && { text }),
    ...(durationMs > 0 && { durationMs }),
  };
}
