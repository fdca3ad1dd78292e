import type { RoomNumber } from '@sotto/model';
import { describeUser } from '../../rooms/describe.ts';
import type { Messages } from '../../rooms/messages.ts';
import type { HandlersOf } from './types.ts';

export function messageHandlers(messages: Messages): HandlersOf<'sendMessage' | 'sendDirect'> {
  return {
    sendMessage({ principal }, { room, clientMessageId, content, relatesTo }) {
      return messages.send(principal, room as RoomNumber, { clientMessageId, content, relatesTo });
    },

    async sendDirect({ principal }, { recipients, clientMessageId, content, strict }) {
      const message = { clientMessageId, content, relatesTo: 0 };
      const outcomes = await messages.sendDirect(principal, recipients, message, strict);
      return {
        outcomes: outcomes.map(({ user, ...outcome }) =>
          user === undefined ? outcome : { ...outcome, user: describeUser(user) },
        ),
      };
    },
  };
}
