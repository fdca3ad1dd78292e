/** What this run has seen of each room: to quote what an answer is about, and to know which message "the last one" is. */
import type { FileInfo, Person } from '@sotto/client';
import type { RoomNumber, Sequence, UserNumber } from '@sotto/model';

export interface SeenMessage {
  sequence: Sequence;
  sender: Pick<Person, 'number' | 'name'>;
  mine: boolean;
  /** undefined where it cannot be read, or was deleted. */
  text: string | undefined;
  /** What it offers; undefined where that is nothing, or cannot be read. */
  file: FileInfo | undefined;
  /** The first message of the thread that it is in. */
  thread: Sequence | undefined;
  deleted: boolean;
}

/** Kept of each room; those with the smallest numbers go first. */
const PER_ROOM_MAX = 500;
/** Files that wait for an answer; the oldest go first. */
const OFFERS_MAX = 200;
/** Names that completion knows of. */
const PEOPLE_MAX = 2_000;

export class Seen {
  readonly #rooms = new Map<RoomNumber, Map<Sequence, SeenMessage>>();
  readonly #current = new Set<RoomNumber>();
  /** The latest last. */
  #offers: { room: RoomNumber; sequence: Sequence }[] = [];
  #lastFile: { room: RoomNumber; sequence: Sequence } | undefined;
  readonly #people = new Map<UserNumber, string>();

  note(room: RoomNumber, message: SeenMessage): void {
    const messages = this.#rooms.get(room) ?? new Map<Sequence, SeenMessage>();
    this.#rooms.set(room, messages);
    // Nothing brings back what was deleted, not even a page that was read before.
    if (messages.get(message.sequence)?.deleted !== true) messages.set(message.sequence, message);
    if (message.file !== undefined) this.#lastFile = { room, sequence: message.sequence };
    this.meet(message.sender);
    if (messages.size <= 2 * PER_ROOM_MAX) return;
    const oldest = [...messages.keys()].sort((a, b) => a - b).slice(0, messages.size - PER_ROOM_MAX);
    for (const sequence of oldest) messages.delete(sequence);
  }

  edited(room: RoomNumber, sequence: Sequence, text: string | undefined): void {
    const message = this.find(room, sequence);
    if (message !== undefined && !message.deleted) message.text = text;
  }

  deleted(room: RoomNumber, sequence: Sequence): void {
    const message = this.find(room, sequence);
    if (message !== undefined) Object.assign(message, { text: undefined, file: undefined, deleted: true });
  }

  /** A file waits for this account's answer. */
  offered(room: RoomNumber, sequence: Sequence): void {
    const others = this.#offers.filter((offer) => offer.room !== room || offer.sequence !== sequence);
    this.#offers = [...others, { room, sequence }].slice(-OFFERS_MAX);
  }

  /** The latest that still waits, of this room or of all. */
  openOffer(of: RoomNumber | undefined): { room: RoomNumber; sequence: Sequence } | undefined {
    return this.#offers.findLast(({ room, sequence }) => {
      const file = this.find(room, sequence)?.file;
      return (of === undefined || room === of) && file !== undefined && file.answer === undefined;
    });
  }

  /** The file that came last, of whatever room. */
  get lastFile(): { room: RoomNumber; sequence: Sequence } | undefined {
    const last = this.#lastFile;
    return last && this.find(last.room, last.sequence)?.file && last;
  }

  answered(room: RoomNumber, sequence: Sequence, answer: 'accepted' | 'declined'): void {
    const message = this.find(room, sequence);
    if (message?.file !== undefined) message.file = { ...message.file, answer };
  }

  find(room: RoomNumber, sequence: Sequence): SeenMessage | undefined {
    return this.#rooms.get(room)?.get(sequence);
  }

  /** Those that are still there, the last first. */
  latest(room: RoomNumber): readonly SeenMessage[] {
    const messages = [...(this.#rooms.get(room)?.values() ?? [])];
    return messages.filter(({ deleted }) => !deleted).sort((a, b) => b.sequence - a.sequence);
  }

  /** The newest messages of the room are among those seen, and what comes live follows on them. */
  isCurrent(room: RoomNumber): boolean {
    return this.#current.has(room);
  }

  setCurrent(room: RoomNumber): void {
    this.#current.add(room);
  }

  /** The room was left, or the log is another one: its numbers may mean something else later. */
  forget(room?: RoomNumber): void {
    if (room === undefined) {
      this.#rooms.clear();
      this.#current.clear();
      return;
    }
    this.#rooms.delete(room);
    this.#current.delete(room);
  }

  meet({ number, name }: Pick<Person, 'number' | 'name'>): void {
    if (this.#people.size < PEOPLE_MAX) this.#people.set(number, name);
  }

  nameOf(user: UserNumber): string | undefined {
    return this.#people.get(user);
  }

  get names(): readonly string[] {
    return [...this.#people.values()];
  }
}
