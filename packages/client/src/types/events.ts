/** What happens, as `SottoClient.events` tells it. */
import type { RoomRole, Sequence, UserNumber } from '@sotto/model';
import type { SottoError } from '@sotto/protocol';
import type { Setting } from './account.ts';
import type { Answer } from './assistants.ts';
import type { ConnectionStatus } from './connection.ts';
import type { Message, Sent, SentDirect } from './messages.ts';
import type { Person, PersonPresence, Profile } from './people.ts';
import type { Invitation, Room, RoomChanges } from './rooms.ts';

/** What every event of a room's log says. */
interface InRoom {
  room: Room;
  sequence: Sequence;
}

/** Somebody did something, which the server had judged to be theirs to do. */
interface Deed extends InRoom {
  by: Person;
  at: Date;
}

/** About a message that is there. */
interface AboutMessage extends Deed {
  /** The message. */
  target: Sequence;
}

/** Somebody did something to a member. */
interface AboutMember extends Deed {
  member: Person;
  reason: string;
}

/** Bans and mutes. */
interface ForATime extends AboutMember {
  /** undefined: for ever. */
  until: Date | undefined;
}

/** Each room's events come in order, without gaps, exactly once. */
export type ClientEvent =
  | { kind: 'message'; message: Message }
  | ({ kind: 'messageEdited'; text: string | undefined; mentionsMe: boolean } & AboutMessage)
  | ({ kind: 'messageDeleted' | 'messageUnpinned' } & AboutMessage)
  | ({ kind: 'messagePinned' } & AboutMessage)
  /** The recipient of a direct message said whether the file that it offers is wanted. */
  | ({ kind: 'fileAnswered'; answer: 'accepted' | 'declined' } & AboutMessage)
  | ({ kind: 'reactionAdded' | 'reactionRemoved'; emoji: string } & AboutMessage)
  | ({ kind: 'memberJoined' | 'memberLeft'; member: Person } & InRoom)
  | ({ kind: 'roomCreated'; by: Person } & InRoom)
  /** `changes` has what changed. */
  | ({ kind: 'roomChanged'; changes: RoomChanges } & Deed)
  | ({ kind: 'memberRoleChanged'; member: Person; role: RoomRole } & Deed)
  | ({ kind: 'memberKicked' | 'memberUnbanned' | 'memberUnmuted' } & AboutMember)
  | ({ kind: 'memberBanned' | 'memberMuted' } & ForATime)
  /** This account is now in, or out of, the room. */
  | { kind: 'roomEntered' | 'roomExited'; room: Room }
  /** This account was asked into a room. */
  | { kind: 'invited'; invitation: Invitation }
  /** That was accepted, declined or taken back. */
  | { kind: 'invitationSettled'; room: Room }
  /** A setting of this account changed, here or on another device [SETTINGS-1]. */
  | { kind: 'settingChanged'; setting: Setting }
  /** This account's own profile changed. */
  | { kind: 'profileChanged'; profile: Profile }
  | {
      kind: 'receipts';
      room: Room;
      receipts: readonly { user: UserNumber; delivered: Sequence; read: Sequence }[];
    }
  /** Somebody is writing; holds for TYPING_HOLDS_MS, or until their message. */
  | { kind: 'typing'; room: Room; thread: Sequence | undefined; person: Person }
  /** An answer of an assistant to this account, or in a room that is watched, changed. */
  | { kind: 'answer'; answer: Answer }
  /** The counts of a room changed [COUNTS-1]. */
  | { kind: 'unread'; room: Room; unread: number; mentions: number }
  | { kind: 'presence'; people: readonly PersonPresence[] }
  | { kind: 'connection'; state: ConnectionStatus }
  /** A message from the outbox of an earlier run was accepted or refused. */
  | { kind: 'outboxSettled'; clientMessageId: string; result: Sent | SentDirect | SottoError }
  /** The server's log was replaced by a restored one: cursors were dropped, rooms are read again. */
  | { kind: 'logReplaced' };

/** What a conversation tells of beside its messages. */
export type NoticeEvent = Extract<
  ClientEvent,
  {
    kind:
      | 'roomCreated'
      | 'memberJoined'
      | 'memberLeft'
      | 'messagePinned'
      | 'roomChanged'
      | 'memberRoleChanged'
      | 'memberKicked'
      | 'memberBanned'
      | 'memberUnbanned'
      | 'memberMuted'
      | 'memberUnmuted';
  }
>;
