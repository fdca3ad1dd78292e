import type {
  Account,
  AccountDetails,
  Answer,
  ApiToken,
  AssistantsReport,
  AuditEntry,
  ClientEvent,
  ConnectionStatus,
  Device,
  FileUsage,
  Health,
  Invitation,
  IssuedCode,
  JoinedRoom,
  Limit,
  Limited,
  ListedRoom,
  MessageView,
  NotificationLevel,
  PathStay,
  Person,
  PersonPresence,
  Profile,
  Reaction,
  Recipient,
  RegistrationInvite,
  Revision,
  Room,
  RoomChanges,
  RoomDetails,
  RoomInvite,
  RoomMember,
  RoomName,
  Sanction,
  SecurityReport,
  Sent,
  SentDirect,
  ServerRoom,
  StatusReport,
} from '@sotto/client';
import type { RoomRole, Sequence, UserNumber } from '@sotto/model';
import type { Target } from './command.ts';
import type { Transfer, TransferState } from './files/transfers.ts';
import type { SeenMessage } from './seen.ts';

export type MessagesReply =
  | { kind: 'sent'; sent: Sent; clientMessageId: string }
  | { kind: 'sentDirect'; sent: SentDirect; clientMessageId: string }
  /** Ascending. */
  | { kind: 'history'; room: Room; messages: readonly MessageView[]; hasBefore: boolean }
  | { kind: 'context'; room: Room; sequence: Sequence; messages: readonly MessageView[] }
  | { kind: 'thread'; room: Room; sequence: Sequence; messages: readonly MessageView[] }
  | { kind: 'pins'; room: Room; messages: readonly MessageView[] }
  /** What is unread in a room, ascending. */
  | { kind: 'unreadMessages'; room: Room; messages: readonly MessageView[]; more: boolean }
  /** Of several rooms, newest first. */
  | { kind: 'search' | 'mentions'; messages: readonly MessageView[]; more: boolean }
  | { kind: 'unreadRooms'; rooms: readonly JoinedRoom[] }
  | { kind: 'revisions'; room: Room; sequence: Sequence; revisions: readonly Revision[] }
  | { kind: 'reactions'; room: Room; sequence: Sequence; reactions: readonly Reaction[] }
  /** `/next` without anything to go on with. */
  | { kind: 'end' };

export type FilesReply =
  /** It is on its way; the rest is told as a transfer. */
  | { kind: 'sendingFile'; target: Target; waits: boolean }
  /** What was dropped onto the prompt was not meant. */
  | { kind: 'notSent'; name: string }
  | { kind: 'transfers'; transfers: readonly Transfer[] }
  | {
      kind: 'fileLink';
      room: Room;
      sequence: Sequence;
      path: string;
      url: string | undefined;
      expiresAt: Date;
    };

export type RoomsReply =
  | { kind: 'joined' | 'created'; room: JoinedRoom; topic: string }
  | { kind: 'left'; room: RoomName }
  | { kind: 'added'; room: RoomName; user: Recipient }
  | { kind: 'rooms'; rooms: readonly ListedRoom[] }
  | { kind: 'room'; details: RoomDetails }
  | { kind: 'topic'; room: Room; topic: string }
  | { kind: 'members'; members: readonly RoomMember[] }
  | { kind: 'invite'; invite: RoomInvite; code: string }
  | { kind: 'invites'; room: RoomName; invites: readonly RoomInvite[] }
  | { kind: 'invitations'; invitations: readonly Invitation[] }
  | { kind: 'sanctions'; room: RoomName; sanctions: readonly Sanction[] }
  /** Without a room: of the server. */
  | { kind: 'audit'; room: RoomName | undefined; entries: readonly AuditEntry[]; more: boolean };

export type AccountReply =
  | { kind: 'people' | 'blocked'; people: readonly (PersonPresence | Person)[] }
  | { kind: 'profile'; person: Person; profile: Profile }
  | { kind: 'doNotDisturb'; until: Date | undefined }
  | { kind: 'notify'; room: Room; level: NotificationLevel }
  | { kind: 'devices'; devices: readonly Device[] }
  | { kind: 'security'; report: SecurityReport }
  | { kind: 'recoveryCodes'; codes: readonly string[] }
  | { kind: 'tokens'; tokens: readonly ApiToken[] }
  | { kind: 'tokenCreated'; token: string; info: ApiToken }
  | { kind: 'limited'; limited: readonly Limited[] };

/** For administrators. */
export type AdminReply =
  | { kind: 'accounts'; accounts: readonly Account[]; more: boolean }
  | { kind: 'account'; account: AccountDetails }
  | { kind: 'issuedCode'; code: IssuedCode; user: Recipient | undefined }
  | { kind: 'registrationInvites'; invites: readonly RegistrationInvite[] }
  | { kind: 'serverRooms'; rooms: readonly ServerRoom[]; more: boolean }
  | { kind: 'limits'; limits: readonly Limit[] }
  | { kind: 'health'; health: Health };

export type ProgramReply =
  | { kind: 'strict' | 'numbers'; on: boolean }
  | { kind: 'status'; report: StatusReport; files: FileUsage | undefined }
  /** Asked while not online: what is known here. */
  | { kind: 'statusOffline'; connection: ConnectionStatus; outbox: number; paths: readonly PathStay[] }
  /** Without a name: all commands. */
  | { kind: 'help'; command: string | undefined };

export type AssistantsReply =
  | { kind: 'assistants'; report: AssistantsReport; administrator: boolean }
  /** For administrators. */
  | { kind: 'assistantCosts'; report: AssistantsReport }
  /** There is nothing to sum up; without a room: nothing was found. */
  | { kind: 'nothingSaid'; room: Room | undefined };

/** What was done, where nothing more is to be said than that. */
export type Deed =
  | { kind: 'edit' | 'delete' | 'pin' | 'unpin' | 'declineFile'; room: Room; sequence: Sequence }
  | { kind: 'react' | 'unreact'; room: Room; sequence: Sequence; emoji: readonly string[] }
  | { kind: 'set'; room: RoomName; changes: RoomChanges }
  | { kind: 'inviteMember'; room: RoomName; user: Recipient }
  | { kind: 'revokeInvite'; room: RoomName; invite: number }
  | { kind: 'revokeRegistrationInvite'; invite: string }
  | { kind: 'decline'; room: RoomName }
  | { kind: 'kick' | 'unban' | 'unmute'; room: RoomName; user: Recipient }
  | { kind: 'ban' | 'mute'; room: RoomName; user: Recipient; until: Date | undefined }
  | { kind: 'role'; room: RoomName; user: Recipient; role: RoomRole }
  | { kind: 'block' | 'unblock'; user: Recipient }
  | { kind: 'nameDevice'; device: number; name: string }
  | { kind: 'revokeDevice'; device: number }
  | { kind: 'password' | 'totpOff' | 'deleteAccount' }
  | { kind: 'revokeToken'; token: number }
  | { kind: 'suspend' | 'restore' | 'endSessions' | 'resetSecondFactor' | 'deleteUser'; user: Recipient }
  | { kind: 'administrator'; user: Recipient; on: boolean }
  | { kind: 'stopAnswer'; answer: number };

/** What a command came to. */
export type Reply =
  | MessagesReply
  | FilesReply
  | RoomsReply
  | AccountReply
  | AdminReply
  | ProgramReply
  | AssistantsReply
  | { kind: 'done'; did: Deed };

/** Why a line came to nothing. */
export type Failure =
  /** The line is no command; the message says what would be one. */
  { kind: 'usage'; message: string } | { kind: 'error'; error: unknown };

export interface Start {
  me: Person;
  connection: ConnectionStatus;
  rooms: readonly JoinedRoom[];
  /** Messages of an earlier run that are still on their way. */
  outbox: number;
}

/** What a presenter may look at besides what it shows. */
export interface Surroundings {
  /** The number of each message is shown. */
  readonly numbers: boolean;
  /** The session ends since that was asked for here. */
  readonly loggingOut: boolean;
  isBlocked(user: UserNumber): boolean;
  /** A message that this run has seen. */
  find(room: Room, sequence: Sequence): SeenMessage | undefined;
}

/** Turns what happens into printable lines: one presenter for people, one for programs. */
export interface Presenter {
  /** For programs failures are output like everything else. */
  readonly failuresOn: 'output' | 'error';
  started(start: Start): readonly string[];
  event(event: ClientEvent, around: Surroundings): readonly string[];
  /** `line` counts the lines of input from 1. */
  reply(reply: Reply, line: number, around: Surroundings): readonly string[];
  /** What became of a file on its way. */
  transfer(transfer: Transfer, state: TransferState): readonly string[];
  /** What became of an answer to this account; with the line of input where only this account is told, in a pipe. */
  answer(answer: Answer, line: number | undefined): readonly string[];
  failure(failure: Failure, line: number | undefined): readonly string[];
}

/** Whether somebody got nothing. */
export function failedForSome(sent: Sent | SentDirect): boolean {
  return (
    sent.kind === 'sentDirect' &&
    sent.outcomes.some(({ delivery }) => delivery === 'unknown' || delivery === 'refused')
  );
}
