/**
 * What the clients that people use share: everything that is shown, as values that say when they change. One store reads
 * one client, by one consumer of its events [EVENTS-2].
 */
import type {
  Answer,
  ConnectionStatus,
  Draft,
  FileSource,
  JoinedRoom,
  MemberList,
  OutgoingMessage,
  PathStay,
  Person,
  PersonPresence,
  RoomDetails,
  RoomReceipts,
  RoomSendOptions,
  SendFileOptions,
  SottoClient,
} from '@sotto/client';
import { CLIENT_MESSAGE_ID_BYTES, type RoomNumber, type Sequence, type UserNumber } from '@sotto/model';
import type { Conversation } from './conversation/conversation.ts';
import type { Thread } from './conversation/thread.ts';
import type { Removal } from './rooms/removals.ts';
import type { Readable } from './slice.ts';
import type { DownloadOptions, Transfer } from './transfers.ts';

export interface RoomsState {
  /** Those that this account is in, in the order of the SDK: the lobby first. */
  list: readonly JoinedRoom[];
  byNumber: ReadonlyMap<RoomNumber, JoinedRoom>;
  /** Over all rooms. */
  unread: number;
  mentions: number;
}

export interface ConnectionState {
  status: ConnectionStatus;
  /** Oldest first. */
  stays: readonly PathStay[];
  /** Messages that wait to go out. */
  waiting: number;
}

/** A room, or a thread in it: "3" or "3/17". */
export type PlaceKey = string;
export const placeKey = (room: RoomNumber, thread?: Sequence): PlaceKey =>
  thread === undefined ? `${room}` : `${room}/${thread}`;

export interface Drafting {
  thread?: Sequence;
  replyTo?: Sequence;
}

/** Functions that give a Readable give the same one for the same arguments: they may be called while drawing. */
export interface Store {
  readonly client: SottoClient;
  /** undefined while nobody is logged in. */
  readonly me: Readable<Person | undefined>;
  readonly connection: Readable<ConnectionState>;
  readonly rooms: Readable<RoomsState>;
  readonly drafts: Readable<ReadonlyMap<PlaceKey, Draft>>;
  /** On their way, and those that failed until they are dismissed. */
  readonly answers: Readable<ReadonlyMap<number, Answer>>;
  /** Oldest first. */
  readonly outbox: Readable<readonly OutgoingMessage[]>;
  /** By client message id; downloads by "room/sequence". */
  readonly transfers: Readable<ReadonlyMap<string, Transfer>>;
  /** Watched while somebody is subscribed. */
  presence(user: UserNumber): Readable<PersonPresence | undefined>;
  /** Who is writing there, the first who began first. */
  typing(room: RoomNumber, thread?: Sequence): Readable<readonly Person[]>;
  members(room: RoomNumber): Readable<MemberList>;
  receipts(room: RoomNumber): Readable<RoomReceipts>;
  /** Read while somebody is subscribed; undefined until then. */
  details(room: RoomNumber): Readable<RoomDetails | undefined>;
  /** Rooms that this account was put out of, until it is back. */
  readonly removals: Readable<ReadonlyMap<RoomNumber, Removal>>;

  /** The caller closes it. */
  conversation(room: RoomNumber): Conversation;
  thread(room: RoomNumber, root: Sequence): Thread;

  /** Shows at once, as pending. */
  send(room: RoomNumber, text: string, options?: RoomSendOptions): void;
  sendFile(room: RoomNumber, source: FileSource, options?: SendFileOptions): void;
  /** Rejects where it is called off, or does not come; `transfers` tells how far it is. */
  download(room: RoomNumber, sequence: Sequence, name: string, options?: DownloadOptions): Promise<Blob>;
  /** A transfer that failed. */
  retryTransfer(id: string): void;
  /** A message that failed. */
  sendAgain(id: string): void;
  /** What failed, or waits. */
  discard(id: string): void;
  setDraft(room: RoomNumber, text: string, options?: Drafting): void;
  dismissAnswer(id: number): void;
  /** Stops reading events; the client stays open. */
  close(): void;
}

export const roomsState = (list: readonly JoinedRoom[]): RoomsState => ({
  list,
  byNumber: new Map(list.map((room) => [room.number, room])),
  unread: list.reduce((sum, { unread }) => sum + unread, 0),
  mentions: list.reduce((sum, { mentions }) => sum + mentions, 0),
});

export const draftsByPlace = (list: readonly Draft[]): ReadonlyMap<PlaceKey, Draft> =>
  new Map(list.map((draft) => [placeKey(draft.room, draft.thread), draft]));

/** As the SDK makes it: 16 random bytes in hex. */
export const newMessageId = (): string =>
  crypto.getRandomValues(new Uint8Array(CLIENT_MESSAGE_ID_BYTES)).toHex();
