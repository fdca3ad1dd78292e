/** `client.snapshots`: what the parts of a client know, as values that stay the same until they change [SNAPSHOT-1]. */
import {
  LOBBY,
  type RoomNumber,
  roomStream,
  type Sequence,
  type StreamId,
  type UserNumber,
} from '@sotto/model';
import type { Clock } from '@sotto/protocol';
import { EventKind, type Receipts, type TypingUpdate } from '@sotto/schema';
import type { RoomNames } from '../calls/names.ts';
import { toProfile } from '../describe/settings.ts';
import { roomNumber } from '../references.ts';
import type { AccountSettings } from '../settings/settings.ts';
import type { LogEntry } from '../sync/entry.ts';
import type { People } from '../sync/people.ts';
import type { Rooms } from '../sync/rooms.ts';
import type * as sdk from '../types.ts';
import { Writers } from '../typing/writers.ts';
import { Batches } from './batches.ts';
import { Cell } from './cell.ts';
import { Cells } from './cells.ts';
import { MemberBook } from './members.ts';
import { PathWatch } from './path.ts';
import { PresenceBook } from './presence.ts';
import { ProfileBook } from './profiles.ts';
import { ReceiptBook } from './receipts.ts';
import { hasSameFields, isSameList } from './same.ts';
import { SettingsCells } from './settings.ts';

const GATHER_MS = 20;

/** What is known of the connection. */
export interface ConnectionSources {
  status(): sdk.ConnectionStatus;
  stays(): readonly sdk.PathStay[];
  path(): sdk.LivePath | undefined;
  choices(): sdk.PathChoices;
}

export interface SnapshotSources extends ConnectionSources {
  clock: Clock;
  rooms: Rooms;
  people: People;
  names: RoomNames;
  settings(): AccountSettings;
  me(): sdk.Person | undefined;
  /** Told after each login, and when `presence.wanted` is another. */
  watch(): Promise<unknown>;
  readProfiles(users: readonly UserNumber[]): Promise<readonly sdk.Profile[]>;
  readMembers(room: sdk.RoomName): Promise<readonly sdk.RoomMember[]>;
  readReceipts(stream: StreamId): Promise<Receipts['receipts']>;
}

export class LiveSnapshots implements sdk.Snapshots {
  readonly status: Cell<sdk.ConnectionStatus>;
  readonly me: Cell<sdk.Person | undefined>;
  readonly rooms: Cell<readonly sdk.JoinedRoom[]>;
  readonly unreadRooms: Cell<readonly sdk.JoinedRoom[]>;
  readonly paths: Cell<readonly sdk.PathStay[]>;
  readonly path: PathWatch;
  readonly choice: Cell<sdk.PathChoices>;
  readonly presenceBook: PresenceBook;
  readonly #sources: SnapshotSources;
  readonly #account: SettingsCells;
  readonly #rooms: Cells<StreamId, sdk.JoinedRoom | undefined>;
  readonly #people: Cells<UserNumber, sdk.Person | undefined>;
  readonly #names: Batches<UserNumber>;
  readonly #profiles: ProfileBook;
  readonly #writers: Writers;
  readonly #members: MemberBook;
  readonly #receipts: ReceiptBook;

  constructor(sources: SnapshotSources) {
    this.#sources = sources;
    const { clock, rooms, people, settings, me, status, stays, path, choices } = sources;
    this.status = new Cell({ read: status });
    this.me = new Cell({ read: me, isSame: hasSameFields });
    this.rooms = new Cell({ read: () => rooms.list(), isSame: isSameList });
    this.unreadRooms = new Cell({ read: () => byUrgency(this.rooms.get()), isSame: isSameList });
    this.paths = new Cell({ read: stays });
    this.path = new PathWatch(clock, path);
    this.choice = new Cell({ read: choices, isSame: isSameChoice });
    this.#account = new SettingsCells(clock, settings);
    this.#rooms = new Cells({ read: (stream) => rooms.joined(stream) });
    this.#names = new Batches({ clock, gatherMs: GATHER_MS, ask: (users) => people.ensure(users) });
    this.#people = new Cells({
      read: (user) => people.get(user),
      onInterest: (user, isWanted) => this.#personWanted(user, isWanted),
    });
    this.#profiles = new ProfileBook({ clock, ask: sources.readProfiles });
    const isBlocked = (user: UserNumber) => settings().isBlocked(user);
    this.#writers = new Writers({ clock, person: (user) => people.named(user), isBlocked });
    this.presenceBook = new PresenceBook({
      clock,
      person: (user) => people.get(user),
      watch: sources.watch,
      onChange: (user) => this.#members.touch(user),
    });
    this.#members = this.#makeMembers();
    this.#receipts = this.#makeReceipts();
  }

  get settings(): sdk.Snapshot<sdk.SettingsSnapshot> {
    return this.#account.settings;
  }

  get drafts(): sdk.Snapshot<readonly sdk.Draft[]> {
    return this.#account.drafts;
  }

  room(room: sdk.RoomName): sdk.Snapshot<sdk.JoinedRoom | undefined> {
    return this.#rooms.of(this.#stream(room));
  }

  person(user: UserNumber): sdk.Snapshot<sdk.Person | undefined> {
    return this.#people.of(user);
  }

  presence(user: UserNumber): sdk.Snapshot<sdk.PersonPresence | undefined> {
    return this.presenceBook.of(user);
  }

  profile(user: UserNumber): sdk.Snapshot<sdk.Profile | undefined> {
    return this.#profiles.of(user);
  }

  typing(room: sdk.RoomName, { thread }: { thread?: Sequence } = {}): sdk.Snapshot<readonly sdk.Person[]> {
    return this.#writers.in(this.#number(room), thread);
  }

  members(room: sdk.RoomName): sdk.Snapshot<sdk.MemberList> {
    return this.#members.of(this.#stream(room));
  }

  receipts(room: sdk.RoomName): sdk.Snapshot<sdk.RoomReceipts> {
    return this.#receipts.of(this.#stream(room));
  }

  deliveryOf({ room, sequence }: Pick<sdk.Message, 'room' | 'sequence'>): sdk.DeliveryState {
    return this.#receipts.stateOf(roomStream(room.number), sequence);
  }

  roomChanged(stream: StreamId): void {
    this.rooms.mark();
    this.unreadRooms.mark();
    this.#rooms.mark(stream);
  }

  personChanged(person: sdk.Person): void {
    const { number } = person;
    this.#names.remove(number);
    this.#people.mark(number);
    this.presenceBook.touch(number);
    this.#writers.touch();
    this.me.mark();
  }

  settingsChanged(): void {
    this.#account.mark(this.#sources.settings().doNotDisturbUntil);
    this.#writers.touch();
  }

  /** The server says that this account is in the room. */
  entered(stream: StreamId): void {
    this.#members.entered(stream);
    this.#receipts.entered(stream);
  }

  left(stream: StreamId): void {
    this.#members.left(stream);
    this.#receipts.left(stream);
  }

  happened(entry: LogEntry): void {
    const { kind, content, stream, thread, sender } = entry;
    const room = this.#sources.rooms.get(stream);
    if (kind === EventKind.MESSAGE && room !== undefined)
      this.#writers.said(room.number, thread, sender as UserNumber);
    if (content.case === 'profile') {
      const user = content.value.user || (this.#sources.me()?.number ?? 0);
      this.#profiles.heard({ ...toProfile(content.value), user: user as UserNumber });
    }
    this.#members.happened(entry);
    this.#receipts.happened(entry);
  }

  typingHeard({ room, thread, user }: TypingUpdate): void {
    if (user === this.#sources.me()?.number) return;
    this.#writers.heard(room as RoomNumber, thread, user as UserNumber);
  }

  receiptsHeard({ stream, receipts }: Receipts): void {
    this.#receipts.pushed(stream as StreamId, receipts);
  }

  connected(): void {
    for (const each of [this.#names, this.#profiles, this.#members, this.#receipts]) each.connected();
  }

  /** The log is another one. */
  replaced(): void {
    this.#members.clear();
    this.#receipts.clear();
    this.#receipts.connected();
  }

  /** Another account logs in. */
  reset(): void {
    this.replaced();
    this.presenceBook.clear();
    this.#profiles.clear();
    this.#writers.clear();
    this.me.mark();
  }

  #personWanted(user: UserNumber, isWanted: boolean): void {
    if (!isWanted) this.#names.remove(user);
    else if (this.#sources.people.get(user) === undefined) this.#names.add([user]);
  }

  #number(room: sdk.RoomName): RoomNumber {
    return roomNumber(room) ?? this.#sources.names.joined(room).number;
  }

  #stream(room: sdk.RoomName): StreamId {
    return roomStream(this.#number(room));
  }

  #makeMembers(): MemberBook {
    const { clock, people, rooms, readMembers } = this.#sources;
    return new MemberBook({
      clock,
      presence: this.presenceBook,
      person: (user) => people.named(user),
      isMember: (stream) => rooms.has(stream),
      read: async (stream) => readMembers(rooms.get(stream)?.number ?? LOBBY),
    });
  }

  #makeReceipts(): ReceiptBook {
    const { clock, people, rooms, me, readReceipts } = this.#sources;
    return new ReceiptBook({
      clock,
      me: () => me()?.number,
      isMember: (stream) => rooms.has(stream),
      isAssistant: (user) => people.get(user)?.assistant === true,
      read: readReceipts,
    });
  }
}

/** Mentions first, then the most. */
function byUrgency(rooms: readonly sdk.JoinedRoom[]): readonly sdk.JoinedRoom[] {
  return rooms
    .filter(({ unread }) => unread > 0)
    .sort((one, other) => other.mentions - one.mentions || other.unread - one.unread);
}

const isSameChoice = (one: sdk.PathChoices, other: sdk.PathChoices): boolean =>
  one.chosen === other.chosen && isSameList(one.transports, other.transports);
