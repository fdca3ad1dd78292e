/** Who is in a room, kept up to date while somebody listens: one reading, then events and presence [SNAPSHOT-3]. */
import { LOBBY, type RoomRole, type StreamId, streamOwner, type UserNumber } from '@sotto/model';
import type { Clock } from '@sotto/protocol';
import { EventKind } from '@sotto/schema';
import { toDateOrNothing, toRole } from '../describe/values.ts';
import type { LogEntry } from '../sync/entry.ts';
import type { MemberList, Person, RoomMember, Snapshot } from '../types.ts';
import { Batches } from './batches.ts';
import { Cells } from './cells.ts';
import type { PresenceBook } from './presence.ts';
import { type BookInReading, readBook } from './reading.ts';
import { hasSameFields, isSameList } from './same.ts';

/** What is asked for as a pane opens, and closed again at once, is not read. */
const GATHER_MS = 20;

interface Known extends Pick<RoomMember, 'role' | 'mutedUntil' | 'online' | 'lastSeen'> {
  /** As it was last given to callers. */
  shown?: RoomMember;
}

interface Book extends BookInReading {
  state: MemberList['state'];
  members: Map<UserNumber, Known>;
  /** Ends the interest in their presence. */
  unwatch: Map<UserNumber, () => void>;
}

export interface MemberBookOptions {
  clock: Clock;
  presence: PresenceBook;
  person(user: UserNumber): Person;
  isMember(stream: StreamId): boolean;
  read(stream: StreamId): Promise<readonly RoomMember[]>;
}

export class MemberBook {
  readonly #options: MemberBookOptions;
  readonly #books = new Map<StreamId, Book>();
  readonly #cells: Cells<StreamId, MemberList>;
  readonly #batches: Batches<StreamId>;

  constructor(options: MemberBookOptions) {
    this.#options = options;
    this.#cells = new Cells({
      read: (stream) => this.#show(stream),
      isSame: (one, other) => one.state === other.state && isSameList(one.members, other.members),
      onInterest: (stream, isWanted) => this.#interest(stream, isWanted),
    });
    this.#batches = new Batches({
      clock: options.clock,
      gatherMs: GATHER_MS,
      ask: async (streams) => {
        await Promise.all(streams.map((stream) => this.#read(stream)));
      },
    });
  }

  of(stream: StreamId): Snapshot<MemberList> {
    return this.#cells.of(stream);
  }

  happened(entry: LogEntry): void {
    const book = this.#books.get(entry.stream);
    if (book === undefined) return;
    book.meanwhile?.push(entry);
    const isKnown = book.state === 'ready';
    if (isKnown && this.#apply(book, entry)) this.#changed(entry.stream, book);
  }

  /** They are there, or called, otherwise now. */
  touch(user: UserNumber): void {
    for (const [stream, { members }] of this.#books) if (members.has(user)) this.#cells.mark(stream);
  }

  /** Events may be missing that the server keeps no more: it is read again. */
  connected(): void {
    this.#batches.add(this.#books.keys());
  }

  /** This account is out of the room. */
  left(stream: StreamId): void {
    this.#forget(stream);
    this.#cells.mark(stream);
  }

  /** What was known of any room is void. */
  clear(): void {
    for (const stream of [...this.#books.keys()]) this.left(stream);
    for (const stream of this.#cells.wanted) this.#begin(stream);
  }

  /** It is one of this account's rooms now. */
  entered(stream: StreamId): void {
    if (this.#cells.isWanted(stream)) this.#begin(stream);
  }

  #interest(stream: StreamId, isWanted: boolean): void {
    if (isWanted) this.#begin(stream);
    else {
      this.#batches.remove(stream);
      this.#forget(stream);
      // What is shown stays, until it is listened to again.
    }
  }

  #begin(stream: StreamId): void {
    if (this.#books.has(stream)) return;
    const nothing = { members: new Map(), meanwhile: undefined, unwatch: new Map() };
    this.#books.set(stream, { state: 'loading', ...nothing });
    this.#batches.add([stream]);
  }

  #forget(stream: StreamId): void {
    const book = this.#books.get(stream);
    this.#books.delete(stream);
    for (const end of book?.unwatch.values() ?? []) end();
  }

  async #read(stream: StreamId): Promise<void> {
    const book = this.#books.get(stream);
    if (book === undefined || !this.#options.isMember(stream)) return;
    const isHeld = () => this.#books.get(stream) === book;
    const reading = await readBook(book, isHeld, () => this.#options.read(stream));
    if (reading === undefined) return;
    book.state = reading.told === undefined ? 'refused' : 'ready';
    const { members: before } = book;
    book.members = new Map(
      reading.told?.map((member) => [member.number, { ...before.get(member.number), ...knownOf(member) }]),
    );
    for (const entry of reading.meanwhile) this.#apply(book, entry);
    this.#changed(stream, book);
  }

  #changed(stream: StreamId, book: Book): void {
    for (const [user, end] of book.unwatch) {
      if (book.members.has(user)) continue;
      end();
      book.unwatch.delete(user);
    }
    for (const user of book.members.keys()) {
      if (!book.unwatch.has(user)) book.unwatch.set(user, this.#options.presence.want(user));
    }
    this.#cells.mark(stream);
  }

  /** Whether it said anything of who is there, and as what. */
  #apply(book: Book, { kind, content, sender, stream, role }: LogEntry): boolean {
    const { members } = book;
    if (kind === EventKind.MESSAGE) {
      // Nobody joins the lobby: who speaks there is in it.
      const owner = streamOwner(stream);
      const isNew =
        owner?.kind === 'room' && owner.room === LOBBY && sender > 0 && !members.has(sender as UserNumber);
      if (isNew) members.set(sender as UserNumber, newcomer(toRole(role)));
      return isNew;
    }
    if (content.case !== 'member') return false;
    const { user: number, role: given, untilMs } = content.value;
    return applyTo(members, number as UserNumber, kind, toRole(given), untilMs);
  }

  #show(stream: StreamId): MemberList {
    const book = this.#books.get(stream);
    if (book === undefined) return NOTHING;
    const members = [...book.members].sort(([one], [other]) => one - other);
    return { state: book.state, members: members.map(([user, known]) => this.#member(user, known)) };
  }

  #member(user: UserNumber, known: Known): RoomMember {
    const { presence, person } = this.#options;
    const { role, mutedUntil, online, lastSeen } = known;
    const made = { ...person(user), online, lastSeen, ...presence.seen(user), role, mutedUntil };
    if (known.shown === undefined || !hasSameFields<RoomMember>(known.shown, made)) known.shown = made;
    return known.shown;
  }
}

const NOTHING: MemberList = { state: 'loading', members: [] };

const newcomer = (role: RoomRole): Known => ({
  role,
  mutedUntil: undefined,
  online: false,
  lastSeen: undefined,
});

const knownOf = ({ role, mutedUntil, online, lastSeen }: RoomMember): Known => ({
  role,
  mutedUntil,
  online,
  lastSeen,
});

function applyTo(
  members: Map<UserNumber, Known>,
  user: UserNumber,
  kind: EventKind,
  role: RoomRole,
  untilMs: number,
): boolean {
  const known = members.get(user);
  switch (kind) {
    case EventKind.MEMBER_JOINED:
      members.set(user, { ...(known ?? newcomer(role)), role });
      return true;
    case EventKind.MEMBER_LEFT:
    case EventKind.MEMBER_KICKED:
    case EventKind.MEMBER_BANNED:
      return members.delete(user);
    case EventKind.MEMBER_ROLE_CHANGED:
      if (known !== undefined) members.set(user, { ...known, role });
      return known !== undefined;
    case EventKind.MEMBER_MUTED:
    case EventKind.MEMBER_UNMUTED: {
      const mutedUntil = kind === EventKind.MEMBER_MUTED ? toDateOrNothing(untilMs) : undefined;
      if (known !== undefined) members.set(user, { ...known, mutedUntil });
      return known !== undefined;
    }
    default:
      return false;
  }
}
