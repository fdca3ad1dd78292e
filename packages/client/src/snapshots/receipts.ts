/** How far the messages of a room have come: the server's word, and what it tells from then on [RECEIPT-3]. */
import type { Sequence, StreamId } from '@sotto/model';
import type { Clock } from '@sotto/protocol';
import { EventKind, type Receipts } from '@sotto/schema';
import type { LogEntry } from '../sync/entry.ts';
import type { DeliveryState, RoomReceipts, Snapshot } from '../types.ts';
import { Batches } from './batches.ts';
import { Cells } from './cells.ts';
import { type BookInReading, readBook } from './reading.ts';

/** Several rooms are shown in one go. */
const GATHER_MS = 20;

type Place = Pick<Receipts['receipts'][number], 'delivered' | 'read'>;
type Wire = readonly Receipts['receipts'][number][];

interface Book extends BookInReading {
  /** Of the others, assistants not among them. */
  members: Map<number, Place>;
  /** Everybody is in there; before, nothing follows from what is not. */
  isWhole: boolean;
}

export interface ReceiptBookOptions {
  clock: Clock;
  me(): number | undefined;
  isMember(stream: StreamId): boolean;
  isAssistant(user: number): boolean;
  read(stream: StreamId): Promise<Wire>;
}

export class ReceiptBook {
  readonly #options: ReceiptBookOptions;
  readonly #books = new Map<StreamId, Book>();
  readonly #cells: Cells<StreamId, RoomReceipts>;
  readonly #batches: Batches<StreamId>;

  constructor(options: ReceiptBookOptions) {
    this.#options = options;
    this.#cells = new Cells({
      read: (stream) => toReceipts(this.#books.get(stream)),
      isSame: isSameReceipts,
      onInterest: (stream, isWanted) => {
        if (isWanted) this.#batches.add([stream]);
        else this.#batches.remove(stream);
      },
    });
    this.#batches = new Batches({
      clock: options.clock,
      gatherMs: GATHER_MS,
      ask: async (streams) => {
        await Promise.all(streams.map((stream) => this.#read(stream)));
      },
    });
  }

  of(stream: StreamId): Snapshot<RoomReceipts> {
    return this.#cells.of(stream);
  }

  stateOf(stream: StreamId, sequence: Sequence): DeliveryState {
    const { delivered, read } = this.#cells.of(stream).get();
    if (sequence <= read) return 'read';
    return sequence <= delivered ? 'delivered' : 'durable';
  }

  /** The server tells of its own accord. */
  pushed(stream: StreamId, receipts: Wire): void {
    const book = this.#books.get(stream);
    if (book === undefined) return;
    this.#merge(book.members, receipts, !book.isWhole);
    this.#cells.mark(stream);
  }

  happened(entry: LogEntry): void {
    const book = this.#books.get(entry.stream);
    if (book === undefined || entry.content.case !== 'member') return;
    book.meanwhile?.push(entry);
    this.#apply(book.members, entry);
    this.#cells.mark(entry.stream);
  }

  /** What was told while there was no connection is asked for. */
  connected(): void {
    this.#batches.add(this.#cells.wanted);
  }

  left(stream: StreamId): void {
    this.#books.delete(stream);
    this.#cells.mark(stream);
  }

  /** It is one of this account's rooms now. */
  entered(stream: StreamId): void {
    if (this.#cells.isWanted(stream)) this.#batches.add([stream]);
  }

  clear(): void {
    for (const stream of [...this.#books.keys()]) this.left(stream);
  }

  async #read(stream: StreamId): Promise<void> {
    if (!this.#options.isMember(stream)) return;
    const book = this.#books.get(stream) ?? { members: new Map(), isWhole: false, meanwhile: undefined };
    this.#books.set(stream, book);
    const isHeld = () => this.#books.get(stream) === book;
    const reading = await readBook(book, isHeld, () => this.#options.read(stream));
    if (reading?.told === undefined) return;
    const before = wireOf(book.members);
    book.members = new Map();
    this.#merge(book.members, reading.told, true);
    for (const entry of reading.meanwhile) this.#apply(book.members, entry);
    this.#merge(book.members, before, false);
    book.isWhole = true;
    this.#cells.mark(stream);
  }

  /** Cursors only move forward. Whoever is not known is no member, unless `takesNew`. */
  #merge(members: Book['members'], receipts: Wire, takesNew: boolean): void {
    for (const { user, delivered, read } of receipts) {
      const known = members.get(user);
      if (!this.#counts(user) || (known === undefined && !takesNew)) continue;
      members.set(user, {
        delivered: Math.max(known?.delivered ?? 0, delivered, read),
        read: Math.max(known?.read ?? 0, read),
      });
    }
  }

  /** What was said before somebody came is not theirs to receive. */
  #apply(members: Book['members'], { kind, content, sequence }: LogEntry): void {
    if (content.case !== 'member') return;
    const { user } = content.value;
    switch (kind) {
      case EventKind.MEMBER_JOINED:
        if (this.#counts(user) && !members.has(user))
          members.set(user, { delivered: sequence, read: sequence });
        break;
      case EventKind.MEMBER_LEFT:
      case EventKind.MEMBER_KICKED:
      case EventKind.MEMBER_BANNED:
        members.delete(user);
        break;
      default:
    }
  }

  #counts(user: number): boolean {
    return user !== this.#options.me() && !this.#options.isAssistant(user);
  }
}

const wireOf = (members: ReadonlyMap<number, Place>): Wire =>
  [...members].map(([user, { delivered, read }]) => ({ user, delivered, read }) as Wire[number]);

function toReceipts(book: Book | undefined): RoomReceipts {
  if (book === undefined || !book.isWhole || book.members.size === 0) return NOTHING;
  const places = [...book.members.values()];
  return {
    delivered: Math.min(...places.map(({ delivered }) => delivered)) as Sequence,
    read: Math.min(...places.map(({ read }) => read)) as Sequence,
    members: new Map(book.members) as ReadonlyMap<number, Place> as RoomReceipts['members'],
  };
}

const NOTHING: RoomReceipts = { delivered: 0 as Sequence, read: 0 as Sequence, members: new Map() };

function isSameReceipts(one: RoomReceipts, other: RoomReceipts): boolean {
  if (one.members.size !== other.members.size) return false;
  return [...other.members].every(([user, { delivered, read }]) => {
    const known = one.members.get(user);
    return known?.delivered === delivered && known.read === read;
  });
}
