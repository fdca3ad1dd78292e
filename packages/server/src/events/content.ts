/** Making events: content, salt, digest. */
import { create, toBinary } from '@bufbuild/protobuf';
import { CLIENT_MESSAGE_ID_BYTES, MESSAGE_MAX_BYTES } from '@sotto/model';
import { decodeMessage, type Random, SottoError } from '@sotto/protocol';
import { type Content, ContentSchema, ErrorCode, Role } from '@sotto/schema';
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

/** What a client may send: text that is not blank, or sealed bytes, within the limit. Answers the text. Throws SottoError. */
export function checkMessage(content: Uint8Array, clientMessageId: Uint8Array): string {
  checkMessageId(clientMessageId);
  if (content.length > MESSAGE_MAX_BYTES) {
    throw new SottoError(
      ErrorCode.CONTENT_TOO_LARGE,
      `${content.length} bytes, at most ${MESSAGE_MAX_BYTES}`,
    );
  }
  const { content: body } = decodeMessage(ContentSchema, content, 'content');
  switch (body.case) {
    case 'plain':
      if (body.value.trim() === '') throw new SottoError(ErrorCode.CONTENT_INVALID, 'blank text');
      return body.value;
    case 'sealed':
      if (body.value.length === 0) throw new SottoError(ErrorCode.CONTENT_INVALID, 'empty');
      return '';
    default:
      throw new SottoError(ErrorCode.CONTENT_INVALID, 'neither text nor sealed bytes');
  }
}
