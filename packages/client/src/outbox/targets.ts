/** Where a message goes, and what is answered to it, by kind. */
import type { RoomNumber } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { OutboxEntry } from '../store.ts';
import type * as sdk from '../types.ts';
import type { Result } from './outbox.ts';

type Target<Kind> = Extract<OutboxEntry['target'], { kind: Kind }>;

export function roomTarget(room: RoomNumber, { replyTo, thread }: sdk.RoomSendOptions): Target<'room'> {
  return {
    kind: 'room',
    room,
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(thread === undefined ? {} : { thread }),
  };
}

export const directTarget = (
  recipients: readonly sdk.Recipient[],
  { strict = false }: { strict?: boolean },
): Target<'direct'> => ({ kind: 'direct', recipients: [...recipients], strict });

/** Throws where another message has the id. */
export function sentTo(result: Result): sdk.Sent {
  if (result.kind !== 'sent') throw otherMessage();
  return result;
}

export function sentDirect(result: Result): sdk.SentDirect {
  if (result.kind !== 'sentDirect') throw otherMessage();
  return result;
}

const otherMessage = () =>
  new SottoError(ErrorCode.ARGUMENT_INVALID, 'another message has this client message id');
