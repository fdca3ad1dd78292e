/**
 * The SDK as its callers see it. `node.ts` makes it for Bun and Node.js, `browser.ts` for browsers; the terminal
 * client, the graphical client and programs use nothing else. What it deals in is in `types/`.
 */
import type { RoomAction, Sequence, UserNumber } from '@sotto/model';
import type { AccountArea, LoginAccount } from './types/account.ts';
import type { Administration } from './types/administration.ts';
import type { AssistantArea } from './types/assistants.ts';
import type { ConnectionStatus, PathChoice, PathStay, StatusReport } from './types/connection.ts';
import type { ClientEvent } from './types/events.ts';
import type * as files from './types/files.ts';
import type * as messages from './types/messages.ts';
import type { Outbox } from './types/outbox.ts';
import type { Person, PersonPresence, Recipient } from './types/people.ts';
import type * as rooms from './types/rooms.ts';
import type { DeliveryState, Snapshots } from './types/snapshots.ts';

export type * from './types/account.ts';
export type * from './types/administration.ts';
export type * from './types/assistants.ts';
export type * from './types/connection.ts';
export type * from './types/events.ts';
export type * from './types/files.ts';
export type * from './types/messages.ts';
export type * from './types/outbox.ts';
export type * from './types/people.ts';
export type * from './types/rooms.ts';
export type * from './types/snapshots.ts';

type RoomName = rooms.RoomName;
type Page<T> = Promise<readonly T[]>;

/** Rejections are SottoError where the server refused, Error otherwise. */
export interface SottoClient {
  readonly status: ConnectionStatus;
  /** The logged-in user; undefined before. */
  readonly me: Person | undefined;
  /** The rooms this account is in, the lobby first; kept up to date by events. */
  readonly rooms: readonly rooms.JoinedRoom[];
  /** Those of them with something unread: mentions first, then the most. */
  readonly unreadRooms: readonly rooms.JoinedRoom[];
  /** Messages not yet acknowledged by the server, those of earlier runs included. */
  readonly outboxSize: number;
  /** Those messages, and what failed and was kept. */
  readonly outbox: Outbox;
  /** The paths this client has used since it was made, oldest first; the last 32 [PATH-11]. */
  readonly paths: readonly PathStay[];
  /** All that a user interface shows, as values that stay the same object until they change [SNAPSHOT-1]. */
  readonly snapshots: Snapshots;
  readonly moderation: rooms.Moderation;
  readonly invites: rooms.Invites;
  readonly account: AccountArea;
  readonly admin: Administration;
  readonly assistants: AssistantArea;

  /** Makes an account; with a code for recovery and the name of an account, gives that one a new password. */
  register(account: { name: string; password: string; code?: string }, signal?: AbortSignal): Promise<void>;
  /**
   * Starts a session, keeps it in the store, and follows every room. Rejects with SECOND_FACTOR_REQUIRED where the
   * account asks for a code and none is given.
   */
  login(account: LoginAccount, signal?: AbortSignal): Promise<Person>;
  /** As `login`, with an API token: what the session may do is what the token allows. */
  loginWithToken(token: string, signal?: AbortSignal): Promise<Person>;
  /**
   * Goes on with the stored session; undefined when there is none or the server does not know it any more. While the
   * server cannot be reached it tries again, until `signal` aborts; `status` and `events` tell.
   */
  resume(signal?: AbortSignal): Promise<Person | undefined>;
  /** Ends the session on the server, where it can be told, forgets it and the outbox here, and closes the client. */
  logout(): Promise<void>;
  /** Keeps the session for `resume`. Waits for nothing but unsaved drafts and the connection's orderly end. */
  close(): Promise<void>;
  /** Whether what was shown last stays on this device, to be shown before the server is there [KEPT-1]. */
  readonly keepsRecent: boolean;
  /**
   * False removes what is kept. Resolves once the store has it so, what happened up to then included. Holds as long as this
   * client: the next one is told by its options.
   */
  keepRecent(isOn: boolean): Promise<void>;

  /**
   * Everything from now on, until the client stops or `signal` aborts; call it before logging in to miss nothing. Asking
   * for the next event says that the last one was taken, and only what every consumer took is acknowledged. Each has
   * its own pace, but at most 2,048 events wait for the slowest: then the client reads no further until it catches up
   * [EVENTS-1] [EVENTS-2]. End what you do not read to its end, by `return` or `signal`.
   */
  events(signal?: AbortSignal): AsyncIterable<ClientEvent>;

  /** Resolves when the message is durable on the server; survives reconnects and, through the outbox, crashes. */
  send(room: RoomName, text: string, options?: messages.RoomSendOptions): Promise<messages.Sent>;
  sendDirect(
    recipients: readonly Recipient[],
    text: string,
    options?: messages.SendOptions & { strict?: boolean },
  ): Promise<messages.SentDirect>;
  /** Resolves when the outbox is empty. */
  flushed(signal?: AbortSignal): Promise<void>;

  /** Changes to a message that is there; each resolves when it is durable, and at once where nothing had to change. */
  edit(room: RoomName, message: Sequence, text: string): Promise<void>;
  delete(room: RoomName, message: Sequence): Promise<void>;
  react(room: RoomName, message: Sequence, emoji: string): Promise<void>;
  unreact(room: RoomName, message: Sequence, emoji: string): Promise<void>;
  pin(room: RoomName, message: Sequence): Promise<void>;
  unpin(room: RoomName, message: Sequence): Promise<void>;
  /** Tells the room that this account is writing; call it as often as keys are pressed [WRITING-1]. */
  typing(room: RoomName, options?: { thread?: Sequence }): void;

  /**
   * Uploads the file and offers it in the room; resolves when the offer is durable. Goes on by itself after reconnects; the
   * same file sent again after a crash goes on where it was.
   */
  sendFile(room: RoomName, source: files.FileSource, options?: files.SendFileOptions): Promise<messages.Sent>;
  sendFileDirect(
    recipients: readonly Recipient[],
    source: files.FileSource,
    options?: files.SendFileDirectOptions,
  ): Promise<messages.SentDirect>;
  /** Begins to fetch the file that a message offers. In direct messages it has to be accepted first. */
  fetchFile(room: RoomName, message: Sequence, options?: files.FetchFileOptions): Promise<files.FileDownload>;
  /** Says to the sender of a direct message whether its file is wanted; a declined one is gone. */
  acceptFile(room: RoomName, message: Sequence): Promise<void>;
  declineFile(room: RoomName, message: Sequence): Promise<void>;
  /** A way to fetch it with a browser, once and within a minute. */
  fileLink(room: RoomName, message: Sequence): Promise<files.FileLink>;
  fileUsage(): Promise<files.FileUsage>;

  /** Opens a window on a room; it is empty until something of it is loaded. Close it when it is not shown any more. */
  timeline(room: RoomName): messages.Timeline;
  /** What happened, ascending: events as they were told then. Follows the server's pages until `limit` are there. */
  history(room: RoomName, options?: messages.PageOptions): Page<ClientEvent>;
  /** The messages of one page, as they are now. */
  messages(room: RoomName, options?: messages.PageOptions): Promise<messages.HistoryPage>;
  /** The messages of a thread after `after`, its first one not among them, ascending. */
  thread(
    room: RoomName,
    root: Sequence,
    options?: { after?: Sequence; limit?: number },
  ): Page<messages.MessageView>;
  /** The message and its edits, ascending. */
  revisions(room: RoomName, message: Sequence): Page<messages.Revision>;
  /** The pinned messages of a room, the last pinned first. */
  pins(room: RoomName): Page<messages.MessageView>;
  /** Who reacted to a message, in order. */
  reactions(room: RoomName, message: Sequence): Page<messages.Reaction>;
  /** Messages that mention this account. */
  mentions(options?: messages.CursorOptions): Promise<messages.MessagePage>;
  /** All words of `query`, of which the last may be a beginning; "in quotes" is a phrase. */
  search(query: string, options?: messages.SearchOptions): Promise<messages.MessagePage>;
  /** How far a message of this account has come, as far as `snapshots.receipts` of its room knows. */
  deliveryOf(message: Pick<messages.Message, 'room' | 'sequence'>): DeliveryState;
  /** Everything up to there; the counts change at once. */
  markRead(room: RoomName, sequence: Sequence): void;

  createRoom(name: string, options?: rooms.CreateRoomOptions): Promise<rooms.JoinedRoom>;
  /** The direct room with somebody, made where there is none yet. */
  openDirect(user: Recipient): Promise<rooms.JoinedRoom>;
  joinRoom(room: RoomName | { code: string }): Promise<rooms.JoinedRoom>;
  leaveRoom(room: RoomName): Promise<void>;
  room(room: RoomName): Promise<rooms.RoomDetails>;
  changeRoom(room: RoomName, changes: rooms.RoomChanges): Promise<rooms.RoomDetails>;
  addMember(room: RoomName, user: Recipient): Promise<void>;
  members(room: RoomName): Page<rooms.RoomMember>;
  listRooms(): Page<rooms.ListedRoom>;
  /** Asks somebody in; they join, or decline. */
  inviteMember(room: RoomName, user: Recipient): Promise<void>;
  /** Rooms that this account was asked into. */
  invitations(): Page<rooms.Invitation>;
  declineInvitation(room: RoomName): Promise<void>;
  /** Whether this account's role in the room allows it; archives and mutes are the server's to say. */
  can(room: RoomName, action: RoomAction): boolean;

  /** Ascending by number; everybody, or the first `limit`. */
  roster(options?: { onlineOnly?: boolean; limit?: number }): Page<PersonPresence>;
  /** Pushes `presence` events for these people (at most 200) from now on. */
  watch(users: readonly UserNumber[]): Page<PersonPresence>;
  lookUp(users: readonly Recipient[]): Page<Person | undefined>;
  serverStatus(): Promise<StatusReport>;
  /**
   * Which transport the session is to use from now on; `snapshots.choice` and `snapshots.path` tell what comes of it. Throws
   * ARGUMENT_INVALID for one that this client does not have [PATH-14].
   */
  choose(choice: PathChoice): void;
}
