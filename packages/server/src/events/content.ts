/** Making events: content, salt, digest. */
import { create, toBinary } from '@bufbuild/protobuf';
import {
  CLIENT_MESSAGE_ID_BYTES,
  checkOffer,
  FILE_DIGEST_BYTES,
  FILE_MESSAGE_MAX_BYTES,
  isInlineSize,
  MESSAGE_MAX_BYTES,
} from '@sotto/model';
import { decodeMessage, type Random, SottoError } from '@sotto/protocol';
import { type Content, ContentSchema, ErrorCode, type FileOffer, Role } from '@sotto/schema';
import { isSameBytes, sha256Of } from '../digest.ts';
import type { NewEvent } from './store.ts';

const SALT_BYTES = 16;

export type EventHead = Omit<
  NewEvent,
  'salt' | 'digest' | 'content' | 'clientMessageId' | 'relatesTo' | 'thread' | 'role' | 'countsUnread'
> &
  Partial<Pick<NewEvent, 'clientMessageId' | 'relatesTo' | 'thread' | 'role' | 'countsUnread'>>;

/** `content` is an encoded Content. The digest covers salt and content, so that erasing both leaves the envelope verifiable [LOG-3]. */
export function newEvent(head: EventHead, content: Uint8Array, random: Random): NewEvent {
  const salt = random.bytes(SALT_BYTES);
  const digest = new Uint8Array(new Bun.CryptoHasher('sha256').update(salt).update(content).digest());
  return {
    relatesTo: 0,
    thread: 0,
    role: Role.UNSPECIFIED,
    countsUnread: false,
    clientMessageId: undefined,
    ...head,
    content,
    salt,
    digest,
  };
}

export const encodeContent = (content: Content['content']): Uint8Array =>
  toBinary(ContentSchema, create(ContentSchema, { content }));

/** Throws SottoError. */
export function checkMessageId(clientMessageId: Uint8Array): void {
  if (clientMessageId.length !== CLIENT_MESSAGE_ID_BYTES) {
    throw new SottoError(ErrorCode.ARGUMENT_INVALID, `client_message_id has ${clientMessageId.length} bytes`);
  }
}

/** What a client sends, before it is known to be anything. */
export interface SentContent {
  /** An encoded Content. */
  content: Uint8Array;
  /** Digest of the upload that it offers; empty for none. */
  file: Uint8Array;
}

/** What is known of a message that may be sent. */
export interface CheckedMessage {
  /** What it says, or says about its file; empty where it is sealed. */
  text: string;
  /** The upload that it offers. */
  offered: OfferedUpload | undefined;
}

export interface OfferedUpload {
  sha256: Uint8Array;
  /** Undefined where the offer is sealed. */
  sizeBytes: number | undefined;
}

/** What a client may send: text that is not blank, a file, or sealed bytes, within the limits. Throws SottoError. */
export function checkMessage({ content, file }: SentContent): CheckedMessage {
  const body = decodeContent(content, FILE_MESSAGE_MAX_BYTES);
  switch (body.case) {
    case 'file':
      return { text: body.value.text, offered: checkFile(body.value, file) };
    case 'sealed':
      limit(content, MESSAGE_MAX_BYTES);
      return { text: checkSealed(body.value), offered: checkDigest(file) };
    case 'plain':
      limit(content, MESSAGE_MAX_BYTES);
      if (file.length > 0) throw new SottoError(ErrorCode.ARGUMENT_INVALID, 'file: the content offers none');
      return { text: checkText(body.value), offered: undefined };
    default:
      throw new SottoError(ErrorCode.CONTENT_INVALID, 'neither text nor a file nor sealed bytes');
  }
}

/** What an edit may put in place of what was said, of a message or about its file. Answers the text. Throws SottoError. */
export function checkEdit(content: Uint8Array): string {
  const body = decodeContent(content, MESSAGE_MAX_BYTES);
  switch (body.case) {
    case 'plain':
      return checkText(body.value);
    case 'sealed':
      return checkSealed(body.value);
    default:
      throw new SottoError(ErrorCode.CONTENT_INVALID, 'neither text nor sealed bytes');
  }
}

/** Of an event. Throws SottoError. */
export const readContent = (content: Uint8Array): Content['content'] =>
  decodeMessage(ContentSchema, content, 'content').content;

function decodeContent(content: Uint8Array, maxBytes: number): Content['content'] {
  limit(content, maxBytes);
  return readContent(content);
}

function limit({ length }: Uint8Array, maxBytes: number): void {
  if (length > maxBytes)
    throw new SottoError(ErrorCode.CONTENT_TOO_LARGE, `${length} bytes, at most ${maxBytes}`);
}

function checkText(text: string): string {
  if (text.trim() === '') throw new SottoError(ErrorCode.CONTENT_INVALID, 'blank text');
  return text;
}

function checkSealed(bytes: Uint8Array): string {
  if (bytes.length === 0) throw new SottoError(ErrorCode.CONTENT_INVALID, 'empty');
  return '';
}

/** Of a sealed message the server knows no more of its file than that. */
function checkDigest(file: Uint8Array): OfferedUpload | undefined {
  if (file.length === 0) return undefined;
  if (file.length !== FILE_DIGEST_BYTES)
    throw new SottoError(ErrorCode.ARGUMENT_INVALID, `file has ${file.length} bytes`);
  return { sha256: file, sizeBytes: undefined };
}

/** Undefined: the file is in the message itself. */
function checkFile(offer: FileOffer, file: Uint8Array): OfferedUpload | undefined {
  const problem = checkOffer(offer);
  if (problem !== undefined)
    throw new SottoError(ErrorCode.CONTENT_INVALID, `${problem.field}: ${problem.reason}`);
  const { sha256, size, inline } = offer;
  if (!isInlineSize(size)) {
    if (!isSameBytes(file, sha256))
      throw new SottoError(ErrorCode.ARGUMENT_INVALID, 'file: not the digest that the content names');
    return { sha256, sizeBytes: size };
  }
  if (file.length > 0) throw new SottoError(ErrorCode.ARGUMENT_INVALID, 'file: it is in the message itself');
  if (!isSameBytes(sha256Of(inline), sha256))
    throw new SottoError(ErrorCode.FILE_CORRUPT, 'inline: its digest is another one');
  return undefined;
}
