import { findConversation } from '@sotto/app/commands';
import type { JoinedRoom } from '@sotto/client';
import { LOBBY } from '@sotto/model';
import type { Conversation, Target } from './command.ts';
import { recipientLabel, roomLabel, roomNameLabel } from './text/words.ts';

export { findConversation, isCalled, isPerson } from '@sotto/app/commands';

export function conversationLabel(wanted: Conversation): string {
  return wanted.kind === 'room' ? roomNameLabel(wanted.room) : `@${recipientLabel(wanted.person)}`;
}

/** `#room` or `@bob,@cam`, by name where the name is known here. */
export function targetLabel(rooms: readonly JoinedRoom[], target: Target): string {
  const label = (wanted: Conversation) => {
    const room = findConversation(rooms, wanted);
    return room === undefined ? conversationLabel(wanted) : roomLabel(room);
  };
  if (target.kind === 'room') return label(target);
  return target.recipients.map((person) => label({ kind: 'person', person })).join(',');
}

/** What to type in front of the colon for the same target again. */
export function targetPrompt(rooms: readonly JoinedRoom[], target: Target | undefined): string {
  if (target === undefined) return '> ';
  return target.kind === 'room' && target.room === LOBBY ? '0> ' : `${targetLabel(rooms, target)}> `;
}
