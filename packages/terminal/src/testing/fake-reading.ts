/** The part of a client without a server that reads: rooms, and what was said in them. */
import {
  type ClientEvent,
  ErrorCode,
  type HistoryPage,
  type JoinedRoom,
  type MessagePage,
  type MessageView,
  type PageOptions,
  type Reaction,
  type Revision,
  type RoomName,
  type SearchOptions,
  SottoError,
} from '@sotto/client';
import type { Sequence } from '@sotto/model';
import { BOB, LOBBY_ROOM, message, ROOM, view, WITH_BOB } from './people.ts';

export class FakeReading {
  rooms: JoinedRoom[] = [LOBBY_ROOM, ROOM, WITH_BOB];
  /** What was asked for, in order: `send 3 hello`. */
  readonly calls: string[] = [];
  /** What `messages`, `thread`, `pins`, `mentions` and `search` are answered from. */
  stored: MessageView[] = [view(message(ROOM, BOB, 'earlier'))];
  revisionsKept: Revision[] = [];
  reactionsKept: Reaction[] = [];
  /** The options of the last search. */
  searched: SearchOptions | undefined;

  protected roomCalled(name: RoomName): JoinedRoom {
    const found = this.rooms.find((room) => room.number === name || room.name === name);
    if (found === undefined) throw new SottoError(ErrorCode.NOT_FOUND, `room ${name}`);
    return found;
  }

  protected call(...words: unknown[]): void {
    this.calls.push(words.filter((word) => word !== undefined).join(' '));
  }

  async history(): Promise<readonly ClientEvent[]> {
    return [];
  }

  /** Pages of what is stored of the room, by messages. */
  async messages(
    room: RoomName,
    { before, after, around, limit = 50 }: PageOptions = {},
  ): Promise<HistoryPage> {
    const { number } = this.roomCalled(room);
    const all = this.stored
      .filter((one) => one.room.number === number)
      .sort((a, b) => a.sequence - b.sequence);
    let messages = all.filter((one) => one.sequence < (before ?? Infinity) && one.sequence > (after ?? 0));
    if (around !== undefined) messages = all.filter((one) => Math.abs(one.sequence - around) <= limit / 2);
    else messages = after === undefined ? messages.slice(-limit) : messages.slice(0, limit);
    const [first, last] = [messages[0]?.sequence, messages.at(-1)?.sequence];
    return {
      messages,
      first,
      last,
      hasBefore: first !== undefined && all.some((one) => one.sequence < first),
      hasAfter: last !== undefined && all.some((one) => one.sequence > last),
    };
  }

  async thread(_: RoomName, root: Sequence): Promise<readonly MessageView[]> {
    return this.stored.filter(({ thread }) => thread === root);
  }

  async pins(): Promise<readonly MessageView[]> {
    return this.stored.filter(({ pinned }) => pinned);
  }

  async revisions(): Promise<readonly Revision[]> {
    return this.revisionsKept;
  }

  async reactions(): Promise<readonly Reaction[]> {
    return this.reactionsKept;
  }

  async mentions(): Promise<MessagePage> {
    return { messages: this.stored.filter(({ mentionsMe }) => mentionsMe), next: undefined };
  }

  /** One message a page. */
  async search(query: string, options: SearchOptions = {}): Promise<MessagePage> {
    this.call('search', query);
    this.searched = options;
    const hits = this.stored.filter(({ text }) => text?.includes(query));
    const at = Number(options.cursor ?? 0);
    return { messages: hits.slice(at, at + 1), next: at + 1 < hits.length ? `${at + 1}` : undefined };
  }
}
