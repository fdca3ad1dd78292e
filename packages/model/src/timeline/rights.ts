/** Which events count [VIEW-3]: a reader judges them as the server did, by what the sender was in the room then. */
import { SERVER_SENDER } from '../ids.ts';
import { mayInRoom, type RoomAction, type RoomKind } from '../permissions.ts';
import type { TimelineEvent } from './event.ts';

/** A room can turn from one of these into another; which it was then is in none of the events that are judged. */
const CHANGEABLE: readonly RoomKind[] = ['public', 'announcement', 'private'];

const mayHave = (kind: RoomKind, { role }: TimelineEvent, action: RoomAction): boolean =>
  (CHANGEABLE.includes(kind) ? CHANGEABLE : [kind]).some((each) => mayInRoom(each, role, action));

/** Whether `event` may be about a message by `author`; whether the message is still there is another question. */
export function isLawful(kind: RoomKind, event: TimelineEvent, author: number): boolean {
  switch (event.kind) {
    case 'edited':
      return event.sender === author;
    case 'deleted':
      return event.sender === author || event.sender === SERVER_SENDER || mayHave(kind, event, 'deleteAny');
    case 'reactionAdded':
    case 'reactionRemoved':
      return mayHave(kind, event, 'react');
    case 'pinned':
    case 'unpinned':
      return mayHave(kind, event, 'pin');
    case 'message':
    case 'other':
      return false;
  }
}
