import type { JoinedRoom, Person, Recipient, Room, RoomName } from '@sotto/client';
import { LOBBY, readName } from '@sotto/model';
import type { Conversation, Target } from './command.ts';
import { recipientLabel, roomLabel, roomNameLabel } from './text/words.ts';

/** The joined room that somebody means. */
export function findConversation(rooms: readonly JoinedRoom[], wanted: Conversation): JoinedRoom | undefined {
  return wanted.kind === 'room'
    ? rooms.find((room) => room.kind !== 'direct' && isCalled(room, wanted.room))
    : rooms.find((room) => room.peer !== undefined && isPerson(room.peer, wanted.person));
}

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

export function isCalled(room: Room, name: RoomName): boolean {
  return typeof name === 'number' ? room.number === name : sameName(room.name, name);
}

export function isPerson(
  person: Pick<Person, 'number' | 'name'> & { uuid?: string },
  recipient: Recipient,
): boolean {
  if (typeof recipient === 'number') return person.number === recipient;
  return person.uuid === recipient || sameName(person.name, recipient);
}

function sameName(one: string, other: string): boolean {
  const [a, b] = [readName(one), readName(other)];
  return a.kind === 'valid' && b.kind === 'valid' ? a.key === b.key : one === other;
}
