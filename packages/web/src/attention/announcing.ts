/** What is announced to somebody who does not look at this window, and until when. No DOM. */
import type { ClientEvent, JoinedRoom, Message } from '@sotto/client';
import { parseMarkdown, plainText, type RoomNumber, type Sequence, safeFileName } from '@sotto/model';
import { shownName } from '../rooms/sections.ts';

export interface Announcement {
  title: string;
  body: string;
  /** Of one room the last one stands for all. */
  room: RoomNumber;
  sequence: Sequence;
}

export interface AnnouncerOptions {
  isLooking(): boolean;
  /** By its room's level, mentions, blocks and do-not-disturb. */
  notifies(message: Message): boolean;
  rooms(): ReadonlyMap<RoomNumber, JoinedRoom>;
  now(): number;
  /** The returned function takes it away. */
  show(announcement: Announcement): () => void;
}

/** What was said before that is caught up with: it is counted, and announced no more. */
const OLD_MS = 5 * 60_000;
/** Systems show some lines at most. */
const BODY_MAX = 200;

export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #shown = new Map<RoomNumber, { sequence: Sequence; close: () => void }>();

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  take(event: ClientEvent): void {
    if (event.kind === 'message') this.#message(event.message);
    else if (event.kind === 'messageDeleted') this.#closeOne(event.room.number, event.sequence);
  }

  /** After the rooms changed: what was read, here or on another device, is announced no more. */
  look(): void {
    const rooms = this.#options.rooms();
    for (const [room, { sequence }] of this.#shown) {
      const joined = rooms.get(room);
      if (joined === undefined || joined.read >= sequence) this.#close(room);
    }
  }

  closeAll(): void {
    for (const room of [...this.#shown.keys()]) this.#close(room);
  }

  #message(message: Message): void {
    const { isLooking, notifies, now, rooms, show } = this.#options;
    const { number } = message.room;
    const isNew = now() - message.sentAt.getTime() < OLD_MS;
    if (!isNew || isLooking() || !notifies(message)) return;
    const room = rooms().get(number);
    if (room !== undefined && room.read >= message.sequence) return;
    const close = show({ ...wordsOf(message, room), room: number, sequence: message.sequence });
    this.#shown.set(number, { sequence: message.sequence, close });
  }

  #closeOne(room: RoomNumber, sequence: Sequence): void {
    if (this.#shown.get(room)?.sequence === sequence) this.#close(room);
  }

  #close(room: RoomNumber): void {
    this.#shown.get(room)?.close();
    this.#shown.delete(room);
  }
}

function wordsOf(message: Message, room: JoinedRoom | undefined): { title: string; body: string } {
  const { sender, file, text } = message;
  const name = sender.displayName || sender.name;
  const said = text === undefined ? '' : plainText(parseMarkdown(text)).trim();
  const body = said || (file === undefined ? 'A new message' : `Sent ${safeFileName(file.name)}`);
  const isDirect = message.room.kind === 'direct' || room === undefined;
  return {
    title: isDirect ? name : `${name} in ${shownName(room)}`,
    body: body.length > BODY_MAX ? `${body.slice(0, BODY_MAX - 1)}…` : body,
  };
}
