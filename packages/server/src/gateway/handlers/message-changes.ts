/** What is done to messages, and ways to find them (M9). */
import type { RoomNumber } from '@sotto/model';
import { toMessage } from '../../events/frames.ts';
import type { MessageChanges } from '../../messages/changes.ts';
import { describeState } from '../../messages/describe.ts';
import type { History, Page } from '../../messages/history.ts';
import type { MentionInbox } from '../../messages/mention-inbox.ts';
import type { Typing } from '../../messages/typing.ts';
import type { Unread } from '../../messages/unread.ts';
import { pageSize } from './rooms.ts';
import type { HandlersOf } from './types.ts';

export interface MessageServices {
  changes: MessageChanges;
  history: History;
  mentions: MentionInbox;
  unread: Unread;
  typing: Typing;
}

type MessageChangeFrames =
  | 'changeMessage'
  | 'readThread'
  | 'readRevisions'
  | 'readPins'
  | 'readReactions'
  | 'readMentions'
  | 'readUnread'
  | 'typing';

export function messageChangeHandlers({
  changes,
  history,
  mentions,
  unread,
  typing,
}: MessageServices): HandlersOf<MessageChangeFrames> {
  return {
    changeMessage({ principal }, { room, ...request }) {
      return changes.change(principal, room as RoomNumber, request);
    },

    async readThread({ principal }, { stream, root, after, limit }) {
      return describePage(await history.thread(principal.user, stream, root, after, limit));
    },

    async readRevisions({ principal }, { stream, sequence }) {
      return describePage(await history.revisions(principal.user, stream, sequence));
    },

    async readPins({ principal }, { stream }) {
      return describePage(await history.pins(principal.user, stream));
    },

    async readReactions({ principal }, { stream, sequence }) {
      return { reactions: [...(await history.reactions(principal.user, stream, sequence))] };
    },

    async readMentions({ principal }, { cursor, limit }) {
      const page = await mentions.read(principal.user, cursor, pageSize(limit));
      return {
        events: page.events.map(toMessage),
        states: page.states.map(({ stream, state }) => ({ stream, state: describeState(state) })),
        cursor: page.cursor,
      };
    },

    async readUnread({ principal }, { streams }) {
      return { rooms: [...(await unread.of(principal.user.number, streams))] };
    },

    async typing({ principal }, { room, thread }) {
      await typing.typing(principal, room as RoomNumber, thread);
      return undefined;
    },
  };
}

export const describePage = ({ stream, events, states, firstKept, head }: Page) => ({
  stream,
  events: events.map(toMessage),
  states: states.map(describeState),
  firstKept,
  head,
});
