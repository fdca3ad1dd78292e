/** Which events count [VIEW-3]: a reader judges them as the server did, by what the sender was in the room then. */
import { SERVER_SENDER } from '../ids.ts';
import { mayInRoom, type RoomAction, type RoomKind } from '../permissions.ts';
import type { TimelineEvent } from './event.ts';

/** A room can turn from one of these into another; which it was then is in none of the events that are judged. */
const CHANGEABLE: readonly RoomKind[] = ['public', 'announcement', 'private'];

const mayHave = (kind: RoomKind, { role }: TimelineEvent, action: RoomAction): boolean =>
  (CHANGEABLE.includes(kind) ? CHANGEABLE : [kind]).some((each) => mayInRoom(each, role, action));

/** Whether `event` may be about `message`; whether that is still there is another question. */
export function isLawful(kind: RoomKind, event: TimelineEvent, message: TimelineEvent): boolean {
  const author = message.sender;
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
    case 'fileAccepted':
    case 'fileDeclined':
      return event.sender !== author && mayOfferFile(message) && mayHave(kind, event, 'answerFile');
    case 'message':
    case 'other':
      return false;
  }
}

/** What is sealed, erased or not known to this build may be an offer; the server knew. */
const mayOfferFile = ({ content }: TimelineEvent): boolean =>
  content.kind !== 'text' && content.kind !== 'emoji';
