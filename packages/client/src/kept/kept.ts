/**
 * What is kept on this device to be shown before the server is there: rooms and counts, people, settings and drafts, and the
 * last messages of rooms [KEPT-1]. Written behind what happens, at most every WRITE_MS; nobody waits for it.
 */
import {
  type RoomKind,
  type RoomNumber,
  roomStream,
  type Sequence,
  type StreamId,
  streamOwner,
} from '@sotto/model';
import type { Clock } from '@sotto/protocol';
import { EventKind, type Membership } from '@sotto/schema';
import type { ClientStore, KeptChanges, KeptPages } from '../store.ts';
import { isRoomStream, type LogEntry } from '../sync/entry.ts';
import type { KeptPage } from '../timeline/loaded.ts';
import { usersOfNotices } from '../timeline/notices.ts';
import {
  ACCOUNT_PAGES,
  type AccountKept,
  type AccountPage,
  openAccount,
  type RestoredAccount,
  sealAccount,
} from './account.ts';
import { HeldRoom, sealRoom } from './held-room.ts';
import { RoomPage } from './room-page.ts';
import { Tails } from './tails.ts';

export const KEPT_ROOMS_MAX = 40;
const WRITE_MS = 2_000;
/** What comes alone is written that soon: whoever loads the page again finds it. */
const SOON_MS = 200;
/** Written together at most; the others the next time. */
const WRITE_ROOMS_MAX = 4;
const FEW = 30;

export interface KeptOptions {
  clock: Clock;
  store: Pick<ClientStore, 'saveKept'>;
  /** Of the log that is followed; empty before one is. */
  log(): string;
  account(): AccountKept;
  kindOf(stream: StreamId): RoomKind;
  /** There is something about this room that only reading tells [KEPT-4]. */
  onBehind(): void;
}

export class KeptBook {
  readonly #options: KeptOptions;
  /** The room that was read last is the last. */
  readonly #rooms = new Map<StreamId, HeldRoom>();
  /** Whose names the pages need that were not opened yet. */
  #named: readonly number[] = [];
  /** Something is missing behind what is kept of them. */
  readonly #behind = new Set<StreamId>();
  /** The last that happened there, of rooms of which nothing is kept too. */
  readonly #seen = new Map<StreamId, number>();
  readonly #tails = new Tails();
  readonly #dirtyAccount = new Set<AccountPage>();
  readonly #dirtyRooms = new Set<StreamId>();
  /** As they were written last. */
  readonly #written = new Map<AccountPage, Uint8Array>();
  /** To be removed from the store. */
  readonly #gone = new Set<string>();
  #isOn: boolean;
  #writing: Promise<void> = Promise.resolve();
  #wroteAtMs = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;

  constructor(options: KeptOptions, isOn: boolean) {
    this.#options = options;
    this.#isOn = isOn;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Takes what the store has of this user; the rest is removed from it. */
  restore(pages: KeptPages, user: number | undefined): RestoredAccount | undefined {
    const account = this.#isOn && user !== undefined ? openAccount(pages, user) : undefined;
    const known = new Set(account?.memberships.map(({ room }) => nameOf((room?.number ?? 0) as RoomNumber)));
    for (const [name, bytes] of pages) {
      if (account !== undefined && isAccountPage(name)) continue;
      const held = known.has(name) ? HeldRoom.from(bytes) : undefined;
      if (held === undefined) this.#gone.add(name);
      else this.#rooms.set(roomStream(Number(name.slice(ROOM.length)) as RoomNumber), held);
    }
    this.#named = account?.users.map(({ number }) => number) ?? [];
    if (this.#gone.size > 0) this.#schedule();
    return account;
  }

  /** Off: nothing is kept from now on, and what was is removed. Resolves once the store has it so. */
  async set(isOn: boolean): Promise<void> {
    const wasOn = this.#isOn;
    this.#isOn = isOn;
    if (isOn && !wasOn) this.changed(...ACCOUNT_PAGES);
    if (!isOn) this.#forget();
    await this.flush();
  }

  /** What is kept of a room. */
  page(stream: StreamId): KeptPage | undefined {
    return this.#open(stream)?.read;
  }

  /** Whether reading it tells more than what is kept, or there is room for it. */
  isWanting(stream: StreamId): boolean {
    const isNew = !this.#rooms.has(stream) && this.#rooms.size < KEPT_ROOMS_MAX;
    return this.#isOn && (isNew || this.#behind.has(stream));
  }

  changed(...pages: readonly AccountPage[]): void {
    if (!this.#isOn) return;
    for (const page of pages) this.#dirtyAccount.add(page);
    this.#schedule();
  }

  /** The end of a room was read. */
  readLatest(stream: StreamId, page: KeptPage): void {
    const before = this.#open(stream);
    const known = this.#behind.has(stream) ? 0 : (before?.events.length ?? 0);
    // Whoever wanted a few messages does not make it less.
    if (!this.#isOn || (page.events.length < FEW && page.events.length < known)) return;
    const kind = this.#options.kindOf(stream);
    const read = new RoomPage(page);
    // What happened while the answer was on its way may be here already.
    for (const event of before?.events ?? []) if (event.sequence > page.head) read.append(event, kind);
    const meanwhile = this.#tails.of(stream).filter(({ sequence }) => sequence > page.head);
    for (const { wire } of meanwhile) read.append(wire, kind);
    // Overtaken by what is not here: it may say that some of it is deleted.
    if ((this.#seen.get(stream) ?? 0) > read.last) {
      this.#drop(stream);
      return;
    }
    this.#rooms.delete(stream);
    this.#rooms.set(stream, HeldRoom.of(read));
    this.#behind.delete(stream);
    if (meanwhile.some((entry) => takesWords(entry, read))) this.#isBehind(stream);
    for (const oldest of this.#rooms.keys()) {
      if (this.#rooms.size <= KEPT_ROOMS_MAX) break;
      this.#drop(oldest);
    }
    this.#roomChanged(stream);
  }

  /** What was before some place in a room was read. */
  readBefore(stream: StreamId, page: KeptPage): void {
    const kept = this.#open(stream);
    if (kept === undefined) return;
    kept.prepend(page, this.#options.kindOf(stream));
    this.#roomChanged(stream);
  }

  /** The server says where this account stands; `cursor`: events behind it come by themselves. */
  stands(stream: StreamId, { firstKept }: Membership, cursor: Sequence | undefined): void {
    const head = this.#rooms.get(stream)?.head;
    if (head === undefined) {
      this.#options.onBehind();
      return;
    }
    if (firstKept > head.firstKept) {
      this.#open(stream)?.keptFrom(firstKept);
      this.#roomChanged(stream);
    }
    if ((cursor ?? 0) > head.last) this.#isBehind(stream);
  }

  left(stream: StreamId): void {
    this.#seen.delete(stream);
    this.#tails.delete(stream);
    this.#drop(stream);
    this.changed('rooms');
  }

  happened(entry: LogEntry, me: number | undefined): void {
    const { stream, sequence, kind, wire } = entry;
    if (!isRoomStream(stream)) return;
    this.#seen.set(stream, sequence);
    // Whoever comes in anew may not read what was said before.
    const isNewHere = kind === EventKind.MEMBER_JOINED && whom(entry) === me;
    if (isNewHere) this.#tails.delete(stream);
    this.#tails.add(entry);
    const page = this.#open(stream);
    if (page === undefined) return;
    if (isNewHere) {
      this.#drop(stream);
      return;
    }
    const isWhole = page.append(wire, this.#options.kindOf(stream));
    this.#roomChanged(stream);
    if (!isWhole || takesWords(entry, page)) this.#isBehind(stream);
  }

  /** Another log, another account: nothing of it counts. The store has forgotten it, or will. */
  clear(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const rooms = [this.#rooms, this.#behind, this.#seen, this.#tails, this.#dirtyRooms, this.#gone];
    for (const each of [...rooms, this.#dirtyAccount, this.#written]) each.clear();
  }

  /** The session is over, though nobody logged out here. */
  async revoked(): Promise<void> {
    this.#forget();
    await this.flush();
  }

  /** Writes all that there is to write: somebody waits for it. */
  flush(): Promise<void> {
    return this.#flush(Number.POSITIVE_INFINITY);
  }

  #flush(rooms: number): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#writing = this.#writing.then(() => this.#write(rooms));
    return this.#writing;
  }

  #open(stream: StreamId): RoomPage | undefined {
    const held = this.#rooms.get(stream);
    const page = held?.open();
    if (held !== undefined && page === undefined) this.#drop(stream);
    return page;
  }

  #forget(): void {
    const names = [...ACCOUNT_PAGES, ...[...this.#rooms.keys()].map(nameOfStream)];
    this.clear();
    for (const name of names) this.#gone.add(name);
  }

  #drop(stream: StreamId): void {
    if (!this.#rooms.delete(stream)) return;
    this.#behind.delete(stream);
    this.#dirtyRooms.delete(stream);
    this.#gone.add(nameOfStream(stream));
    this.#schedule();
  }

  #isBehind(stream: StreamId): void {
    this.#behind.add(stream);
    this.#options.onBehind();
  }

  #roomChanged(stream: StreamId): void {
    this.#gone.delete(nameOfStream(stream));
    this.#dirtyRooms.add(stream);
    this.changed('people');
  }

  #schedule(): void {
    if (this.#cancel !== undefined) return;
    const { clock } = this.#options;
    const afterMs = Math.max(SOON_MS, this.#wroteAtMs + WRITE_MS - clock.now());
    this.#cancel = clock.after(afterMs, () => void this.#flush(WRITE_ROOMS_MAX));
  }

  async #write(rooms: number): Promise<void> {
    this.#wroteAtMs = this.#options.clock.now();
    const log = this.#options.log();
    const changes = this.#take(rooms);
    if (log === '' || changes.size === 0) return;
    try {
      await this.#options.store.saveKept(log, changes);
    } catch {
      // A device that is full, or says no, keeps nothing; that costs nobody a message.
      this.#isOn = false;
      this.clear();
    }
    if (this.#dirtyRooms.size > 0) this.#schedule();
  }

  #take(rooms: number): KeptChanges {
    const changes = new Map<string, Uint8Array | undefined>();
    for (const name of this.#gone) changes.set(name, undefined);
    this.#gone.clear();
    for (const stream of [...this.#dirtyRooms].slice(0, rooms)) {
      this.#dirtyRooms.delete(stream);
      const page = this.#open(stream);
      if (page !== undefined) changes.set(nameOfStream(stream), sealRoom(page));
    }
    const account = this.#options.account();
    for (const page of this.#dirtyAccount) {
      const sealed = sealAccount(page, account, page === 'people' ? this.#users : []);
      if (isSame(this.#written.get(page), sealed)) continue;
      this.#written.set(page, sealed);
      changes.set(page, sealed);
    }
    this.#dirtyAccount.clear();
    return changes;
  }

  /** In the messages that are kept. */
  get #users(): readonly number[] {
    const opened = [...this.#rooms.values()].flatMap((held) => (held.isOpen ? (held.open() ?? []) : []));
    const users = opened.flatMap((page) => [...page.users, ...usersOfNotices(page.events)]);
    return opened.length === this.#rooms.size ? users : [...users, ...this.#named];
  }
}

const ROOM = 'room-';
const nameOf = (room: RoomNumber): string => `${ROOM}${room}`;

function nameOfStream(stream: StreamId): string {
  const owner = streamOwner(stream);
  return nameOf(owner?.kind === 'room' ? owner.room : (0 as RoomNumber));
}

const whom = ({ content }: LogEntry): number => (content.case === 'member' ? content.value.user : 0);

/** With an account its messages go, of which nothing is told. */
const takesWords = (entry: LogEntry, page: RoomPage): boolean =>
  entry.kind === EventKind.MEMBER_LEFT && page.users.includes(whom(entry));

const isAccountPage = (name: string): boolean => (ACCOUNT_PAGES as readonly string[]).includes(name);

const isSame = (one: Uint8Array | undefined, other: Uint8Array): boolean =>
  one?.length === other.length && one.every((byte, index) => byte === other[index]);
