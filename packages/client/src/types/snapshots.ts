/** What a user interface shows, as values that stay the same object until they change. */
import type { RoomNumber, Sequence, UserNumber } from '@sotto/model';
import type { Draft, NotificationLevel } from './account.ts';
import type { ConnectionStatus, LivePath, PathChoice, PathStay } from './connection.ts';
import type { Person, PersonPresence, Profile } from './people.ts';
import type { JoinedRoom, RoomMember, RoomName } from './rooms.ts';

/**
 * Something that changes. Between two changes `get` gives the same reference, so that it can be compared by identity
 * [SNAPSHOT-1]; nothing in it is ever changed in place.
 */
export interface Snapshot<T> {
  get(): T;
  /** Calls `listener` after changes, once for those that come together, until the returned function is called. */
  onChange(listener: () => void): () => void;
}

/**
 * All of them may be asked for before logging in, are never a promise, and go on over reconnects. Asking twice for the same
 * thing gives the same object, so that it may be asked for while a page is drawn. Those that say "while somebody listens"
 * cost the server nothing as long as `onChange` has no listener; what was known then stays [SNAPSHOT-2].
 */
export interface Snapshots {
  readonly status: Snapshot<ConnectionStatus>;
  readonly me: Snapshot<Person | undefined>;
  /** As `SottoClient.rooms`: the lobby first. A room that did not change is the same object as before. */
  readonly rooms: Snapshot<readonly JoinedRoom[]>;
  /** Those with something unread: mentions first, then the most. */
  readonly unreadRooms: Snapshot<readonly JoinedRoom[]>;
  readonly settings: Snapshot<SettingsSnapshot>;
  readonly drafts: Snapshot<readonly Draft[]>;
  /** The last 32 stays, oldest first [PATH-11]. */
  readonly paths: Snapshot<readonly PathStay[]>;
  /** The path used now, undefined while offline. Renewed once a second while somebody listens. */
  readonly path: Snapshot<LivePath | undefined>;
  /** What `choose` was told, and what there is to choose from. */
  readonly choice: Snapshot<PathChoices>;
  /** undefined once this account is out of it. Throws NOT_FOUND for names that are no room of this account. */
  room(room: RoomName): Snapshot<JoinedRoom | undefined>;
  /** Somebody as they are called now; undefined until the name is known: it is asked for while somebody listens. */
  person(user: UserNumber): Snapshot<Person | undefined>;
  /** Whether somebody is there. Watched while somebody listens, for at most 200 people, the latest asked for first. */
  presence(user: UserNumber): Snapshot<PersonPresence | undefined>;
  /** How somebody wants to be seen; asked for while somebody listens, again after a minute. */
  profile(user: UserNumber): Snapshot<Profile | undefined>;
  /** Who is writing there at this moment, whoever began first before others; ends by itself and at their message. */
  typing(room: RoomName, options?: { thread?: Sequence }): Snapshot<readonly Person[]>;
  /** Kept up to date while somebody listens. */
  members(room: RoomName): Snapshot<MemberList>;
  /** How far messages have come. Read while somebody listens, and kept up to date. */
  receipts(room: RoomName): Snapshot<RoomReceipts>;
}

export interface SettingsSnapshot {
  /** When do-not-disturb ends; undefined where it is off. */
  doNotDisturbUntil: Date | undefined;
  blocked: ReadonlySet<UserNumber>;
  /** Of rooms where another than 'default' was chosen. */
  levels: ReadonlyMap<RoomNumber, NotificationLevel>;
}

export interface PathChoices {
  chosen: PathChoice;
  /** What this client can dial and the server offers, best first. */
  transports: readonly string[];
}

export interface MemberList {
  /** `loading` until it was read for the first time; `refused` where this account may not read it. */
  state: 'loading' | 'ready' | 'refused';
  /** Ascending by number. */
  members: readonly RoomMember[];
}

/** How far a message of this account has come: what the server has is `durable`. */
export type DeliveryState = 'durable' | 'delivered' | 'read';

/** Of the other members of a room, as it is at present; in rooms of more than 100 nobody is told, and all is 0. */
export interface RoomReceipts {
  /** Every message up to there has reached a device of each of them. */
  delivered: Sequence;
  /** Every message up to there was read by each of them. */
  read: Sequence;
  /** By member, for "read by". */
  members: ReadonlyMap<UserNumber, { delivered: Sequence; read: Sequence }>;
}
