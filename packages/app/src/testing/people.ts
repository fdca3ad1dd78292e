/** Alice, who looks at this, bob, and a room. */
import type { MessageView, PendingMessage, Person, Room, TimelineItem, TimelineNotice } from '@sotto/client';
import type { RoomNumber, Sequence, UserNumber, UserUuid } from '@sotto/model';

export const person = (number: number, name: string): Person => ({
  number: number as UserNumber,
  uuid: `00000000-0000-4000-8000-00000000000${number}` as UserUuid,
  name,
  displayName: name,
  owner: false,
  administrator: false,
  deleted: false,
  assistant: false,
});
export const ALICE = person(1, 'alice');
export const BOB = person(2, 'bob');
export const ROOM: Room = { number: 3 as RoomNumber, kind: 'public', name: 'garden', peer: undefined };

export const sequence = (number: number): Sequence => number as Sequence;
/** Noon, where the reader is. */
export const NOON = new Date(2026, 10, 21, 12);
export const minutesAfterNoon = (minutes: number): Date => new Date(NOON.getTime() + minutes * 60_000);

export function view(at: number, changes: Partial<MessageView> = {}): MessageView {
  const sender = changes.sender ?? BOB;
  return {
    room: ROOM,
    sequence: sequence(at),
    sender,
    role: 'member',
    sentAt: NOON,
    text: `message ${at}`,
    file: undefined,
    mine: sender.number === ALICE.number,
    replyTo: undefined,
    thread: undefined,
    mentionsMe: false,
    clientMessageId: at.toString(16).padStart(32, '0'),
    hidden: false,
    edited: undefined,
    deleted: undefined,
    pinned: false,
    reactions: [],
    replies: undefined,
    ...changes,
  };
}

export const said = (message: MessageView): TimelineItem => ({
  kind: 'message',
  key: `m${message.clientMessageId}`,
  message,
});

export function onItsWay(id: number, changes: Partial<PendingMessage> = {}): TimelineItem {
  const message: PendingMessage = {
    room: ROOM,
    sender: ALICE,
    clientMessageId: id.toString(16).padStart(32, '0'),
    text: `message ${id}`,
    file: undefined,
    replyTo: undefined,
    thread: undefined,
    at: NOON,
    state: { kind: 'waiting', until: undefined },
    ...changes,
  };
  return { kind: 'pending', key: `m${message.clientMessageId}`, message };
}

/** Somebody came in by themselves. */
export function joined(at: number, member: Person = BOB): TimelineNotice {
  return {
    sequence: sequence(at),
    at: NOON,
    by: member,
    event: { kind: 'memberJoined', room: ROOM, sequence: sequence(at), member },
  };
}
