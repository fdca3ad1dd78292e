/** Who and what a client without a server knows: alice, bob and cam; the lobby, "room", and alice's talk with bob. */
import type { FileInfo, JoinedRoom, Message, MessageView, Person, StatusReport } from '@sotto/client';
import {
  LOBBY,
  type RoomKind,
  type RoomNumber,
  type Sequence,
  type UserNumber,
  type UserUuid,
} from '@sotto/model';

export const person = (number: number, name: string): Person => ({
  number: number as UserNumber,
  uuid: `00000000-0000-4000-8000-00000000000${number}` as UserUuid,
  name,
  displayName: name,
  owner: number === 1,
  administrator: number === 1,
  deleted: false,
  assistant: false,
});
export const ALICE = person(1, 'alice');
export const BOB = person(2, 'bob');
export const CAM = person(3, 'cam');

export const joined = (
  number: number,
  name: string,
  kind: RoomKind = 'public',
  peer?: Person,
): JoinedRoom => ({
  number: number as RoomNumber,
  kind,
  name,
  peer,
  role: 'member',
  head: 0 as Sequence,
  read: 0 as Sequence,
  unread: 0,
  mentions: 0,
});
export const LOBBY_ROOM = joined(LOBBY, 'lobby', 'lobby');
export const ROOM = joined(3, 'room');
export const WITH_BOB = joined(4, 'bob', 'direct', BOB);

export const sequence = (number: number): Sequence => number as Sequence;

export function message(room: JoinedRoom, sender: Person, text: string | undefined, at = 1): Message {
  return {
    room,
    sequence: sequence(at),
    sender,
    role: 'member',
    sentAt: new Date(0),
    text,
    file: undefined,
    mine: sender.number === ALICE.number,
    replyTo: undefined,
    thread: undefined,
    mentionsMe: false,
    clientMessageId: '00',
  };
}

/** A message that offers a file. */
export const offer = (
  room: JoinedRoom,
  sender: Person,
  file: Partial<FileInfo> = {},
  at = 1,
  text = '',
): Message => ({ ...message(room, sender, text, at), file: fileInfo(file) });

export const fileInfo = (file: Partial<FileInfo> = {}): FileInfo => ({
  name: 'report.pdf',
  sizeBytes: 3_355_443,
  mediaType: 'application/pdf',
  sha256: '00'.repeat(32),
  preview: undefined,
  inline: false,
  answer: undefined,
  ...file,
});

export function view(from: Message, changes: Partial<MessageView> = {}): MessageView {
  return {
    ...from,
    hidden: false,
    edited: undefined,
    deleted: undefined,
    pinned: false,
    reactions: [],
    replies: undefined,
    ...changes,
  };
}

export const STATUS: Omit<StatusReport, 'connection' | 'paths'> = {
  user: ALICE,
  sessionId: 'session-1',
  device: 5,
  scopes: [],
  generation: 2,
  transport: 'tls',
  connectedAt: new Date(0),
  roundTripMs: 1.25,
  fingerprint: 'AB:CD',
  rooms: [{ room: ROOM, cursor: sequence(4), head: sequence(4), live: true }],
  outbox: 0,
};
