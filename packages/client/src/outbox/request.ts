/** An outbox entry as a request, and its answer as callers see it. */
import { MESSAGE_MAX_BYTES, RECIPIENTS_MAX, type RoomNumber, type Sequence } from '@sotto/model';
import { encodeMessage, type FrameMessage, SottoError } from '@sotto/protocol';
import { ContentSchema, ErrorCode, Delivery as WireDelivery } from '@sotto/schema';
import type { Link } from '../connection/link.ts';
import { toDate } from '../describe/values.ts';
import { fromHex } from '../hex.ts';
import { fromBase64Url } from '../login/base64url.ts';
import { userReference } from '../references.ts';
import type { OutboxEntry } from '../store.ts';
import { toPerson } from '../sync/people.ts';
import type { Delivery, Recipient, Sent, SentDirect } from '../types.ts';

const DELIVERIES: Readonly<Record<WireDelivery, Delivery>> = {
  [WireDelivery.DELIVERED]: 'delivered',
  [WireDelivery.QUEUED]: 'queued',
  [WireDelivery.UNKNOWN]: 'unknown',
  [WireDelivery.REFUSED]: 'refused',
  [WireDelivery.UNSPECIFIED]: 'refused',
};

/** Throws what the server would answer, before anything is kept. */
export function checkMessage(text: string, recipients?: readonly Recipient[]): void {
  if (text === '' || !text.isWellFormed()) throw new SottoError(ErrorCode.CONTENT_INVALID);
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > MESSAGE_MAX_BYTES) {
    throw new SottoError(ErrorCode.CONTENT_TOO_LARGE, `${bytes} bytes, at most ${MESSAGE_MAX_BYTES}`);
  }
  if (recipients !== undefined) checkRecipients(recipients);
}

export function checkRecipients(recipients: readonly Recipient[]): void {
  if (recipients.length === 0 || recipients.length > RECIPIENTS_MAX) {
    throw new SottoError(
      ErrorCode.ARGUMENT_INVALID,
      `${recipients.length} recipients, 1 to ${RECIPIENTS_MAX}`,
    );
  }
}

export async function sendEntry(link: Link, entry: OutboxEntry): Promise<Sent | SentDirect> {
  const clientMessageId = fromHex(entry.clientMessageId);
  const content =
    entry.file === undefined
      ? encodeMessage(ContentSchema, { content: { case: 'plain', value: entry.text } })
      : fromBase64Url(entry.file.content);
  const file = fromHex(entry.file?.sha256 ?? '');
  const { target } = entry;
  switch (target.kind) {
    case 'room': {
      const { room, replyTo = 0, thread = 0 } = target;
      const request = { room, clientMessageId, content, relatesTo: replyTo, thread, file };
      return toSent(await link.request('sendMessage', request));
    }
    case 'direct': {
      const { recipients, strict } = target;
      const request = { recipients: recipients.map(userReference), clientMessageId, content, strict, file };
      return toSentDirect(recipients as readonly Recipient[], await link.request('sendDirect', request));
    }
  }
}

function toSent({ room, sequence, timeMs }: FrameMessage<'messageAccepted'>): Sent {
  return { kind: 'sent', room: room as RoomNumber, sequence: sequence as Sequence, at: toDate(timeMs) };
}

function toSentDirect(
  recipients: readonly Recipient[],
  { outcomes }: FrameMessage<'directAccepted'>,
): SentDirect {
  return {
    kind: 'sentDirect',
    outcomes: recipients.map((recipient, index) => {
      const outcome = outcomes[index];
      return {
        recipient,
        delivery: DELIVERIES[outcome?.delivery ?? WireDelivery.UNKNOWN] ?? 'refused',
        person: outcome?.user && toPerson(outcome.user),
        sent: outcome?.accepted && toSent(outcome.accepted),
        error: outcome?.error ? new SottoError(outcome.error) : undefined,
      };
    }),
  };
}
