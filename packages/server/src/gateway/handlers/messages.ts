import type { RoomNumber } from '@sotto/model';
import type { FrameFields } from '@sotto/protocol';
import type { Messages, Outcome, OutgoingMessage } from '../../messages/messages.ts';
import { describeMembership, describeUser } from '../../rooms/describe.ts';
import type { Rooms } from '../../rooms/rooms.ts';
import type { HandlersOf } from './types.ts';

export function messageHandlers(
  messages: Messages,
  rooms: Rooms,
): HandlersOf<'sendMessage' | 'sendDirect' | 'openDirect'> {
  return {
    sendMessage({ principal }, message) {
      return messages.send(principal, message.room as RoomNumber, own(message, message));
    },

    async sendDirect({ principal }, message) {
      const { recipients, strict } = message;
      const outcomes = await messages.sendDirect(
        principal,
        recipients,
        own(message, { relatesTo: 0, thread: 0 }),
        strict,
      );
      return describeOutcomes(outcomes);
    },

    async openDirect({ principal }, { user }) {
      const room = await messages.openDirect(principal, user);
      return { membership: describeMembership(await rooms.membership(principal.user.number, room)) };
    },
  };
}

export const describeOutcomes = (outcomes: readonly Outcome[]): FrameFields<'directAccepted'> => ({
  outcomes: outcomes.map(({ user, ...outcome }) =>
    user === undefined ? outcome : { ...outcome, user: describeUser(user) },
  ),
});

/** Copies, so that a message that waits for its commit does not keep the whole frame it came in. */
function own(
  message: { clientMessageId: Uint8Array; content: Uint8Array; file: Uint8Array },
  { relatesTo, thread }: Pick<OutgoingMessage, 'relatesTo' | 'thread'>,
): OutgoingMessage {
  const { clientMessageId, content, file } = message;
  const copied = { clientMessageId: clientMessageId.slice(), content: content.slice(), file: file.slice() };
  return { ...copied, relatesTo, thread };
}
