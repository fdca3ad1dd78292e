/** Which room or person somebody means by what they typed. */
import type { JoinedRoom, Person, Recipient, Room, RoomName } from '@sotto/client';
import { readName } from '@sotto/model';
import type { Conversation } from './request.ts';

/** The joined room that somebody means. */
export function findConversation(rooms: readonly JoinedRoom[], wanted: Conversation): JoinedRoom | undefined {
  return wanted.kind === 'room'
    ? rooms.find((room) => room.kind !== 'direct' && isCalled(room, wanted.room))
    : rooms.find((room) => room.peer !== undefined && isPerson(room.peer, wanted.person));
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
