import type { FileSource, RoomSendOptions, SendFileOptions, SottoClient } from '@sotto/client';
import type { RoomNumber, Sequence, UserNumber } from '@sotto/model';
import { Answers } from './answers.ts';
import { aroundRoom } from './conversation/around.ts';
import type { Conversation } from './conversation/conversation.ts';
import { RoomConversation } from './conversation/room-conversation.ts';
import { RoomThread, type Thread } from './conversation/thread.ts';
import { derived, readable } from './derived.ts';
import { type AppClock, systemClock } from './gathered.ts';
import type { TransferKeeper } from './kept-transfers.ts';
import { Details } from './rooms/details.ts';
import { Removals } from './rooms/removals.ts';
import { type Drafting, draftsByPlace, newMessageId, roomsState, type Store } from './store.ts';
import { type DownloadOptions, Transfers } from './transfers.ts';
import { WatchedRooms } from './watched-rooms.ts';

/** Reads events from now on; call it before logging in. */
export const createStore = (client: SottoClient, { clock = systemClock, keeper }: StoreOptions = {}): Store =>
  new AppStore(client, clock, keeper);

export interface StoreOptions {
  clock?: AppClock;
  /** Keeps transfers over the end of the program. */
  keeper?: TransferKeeper;
}

class AppStore implements Store {
  readonly client: SottoClient;
  readonly me: Store['me'];
  readonly connection: Store['connection'];
  readonly rooms: Store['rooms'];
  readonly drafts: Store['drafts'];
  readonly outbox: Store['outbox'];
  readonly #clock: AppClock;
  readonly #answers: Answers;
  readonly #transfers: Transfers;
  readonly #watched: WatchedRooms;
  readonly #details: Details;
  readonly #removals: Removals;
  readonly #ending = new AbortController();

  constructor(client: SottoClient, clock: AppClock, keeper: TransferKeeper | undefined) {
    const { status, paths, me, rooms, drafts } = client.snapshots;
    this.client = client;
    this.#clock = clock;
    this.#answers = new Answers(clock);
    this.#watched = new WatchedRooms(client);
    const myNumber = () => me.get()?.number;
    const read = (room: RoomNumber) => client.room(room);
    this.#details = new Details({ read, me: myNumber, status: readable(status) });
    this.#removals = new Removals(myNumber);
    this.me = readable(me);
    this.#transfers = new Transfers({
      ...{ client, keeper },
      nowMs: () => clock.nowMs(),
      account: () => this.me.get()?.number,
    });
    this.rooms = derived([readable(rooms)], ([list]) => roomsState(list));
    this.drafts = derived([readable(drafts)], ([list]) => draftsByPlace(list));
    this.outbox = {
      get: () => client.outbox.entries,
      subscribe: (listener) => client.outbox.onChange(listener),
    };
    this.connection = derived([readable(status), readable(paths), this.outbox], ([now, stays, entries]) => {
      const waiting = entries.filter(({ state }) => state.kind !== 'failed').length;
      return { status: now, stays, waiting };
    });
    onceOnline(this, (account) => void this.#transfers.goOn(account));
    void this.#takeEvents();
  }

  get answers(): Store['answers'] {
    return this.#answers.all;
  }

  get transfers(): Store['transfers'] {
    return this.#transfers.all;
  }

  get removals(): Store['removals'] {
    return this.#removals.all;
  }

  details(room: RoomNumber) {
    return this.#details.of(room);
  }

  presence(user: UserNumber) {
    return readable(this.client.snapshots.presence(user));
  }

  typing(room: RoomNumber, thread?: Sequence) {
    return readable(this.client.snapshots.typing(room, thread === undefined ? {} : { thread }));
  }

  members(room: RoomNumber) {
    return readable(this.client.snapshots.members(room));
  }

  receipts(room: RoomNumber) {
    return readable(this.client.snapshots.receipts(room));
  }

  conversation(room: RoomNumber): Conversation {
    const unwatch = this.#watched.watch(room);
    return new RoomConversation({
      timeline: this.client.timeline(room),
      joined: () => this.rooms.get().byNumber.get(room),
      markRead: (sequence) => this.client.markRead(room, sequence),
      around: this.#around(room),
      clock: this.#clock,
      onClose: unwatch,
    });
  }

  thread(room: RoomNumber, root: Sequence): Thread {
    return new RoomThread(this.client.timeline(room), root, this.#around(room), this.#clock);
  }

  send(room: RoomNumber, text: string, options?: RoomSendOptions): void {
    // What becomes of it is told by its row.
    this.client.send(room, text, { keepFailed: true, ...options }).catch(() => {});
  }

  sendFile(room: RoomNumber, source: FileSource, options?: SendFileOptions): void {
    this.#transfers.upload(room, source, { clientMessageId: newMessageId(), ...options });
  }

  download(room: RoomNumber, sequence: Sequence, name: string, options?: DownloadOptions): Promise<Blob> {
    return this.#transfers.download(room, sequence, name, options);
  }

  retryTransfer(id: string): void {
    this.#transfers.again(id);
  }

  sendAgain(id: string): void {
    this.client.outbox.sendAgain(id).catch(() => {});
  }

  discard(id: string): void {
    this.client.outbox.discard(id).catch(() => {});
  }

  setDraft(room: RoomNumber, text: string, options?: Drafting): void {
    this.client.account.settings.drafts.set(room, text, options);
  }

  dismissAnswer(id: number): void {
    this.#answers.dismiss(id);
  }

  close(): void {
    this.#ending.abort();
    this.#answers.stop();
    this.#details.stop();
  }

  #around(room: RoomNumber) {
    const status = readable<{ kind: string }>(this.client.snapshots.status);
    return aroundRoom(room, { answers: this.answers, transfers: this.transfers, status });
  }

  /** Each is taken at once: what waits for it is the whole client [EVENTS-2]. */
  async #takeEvents(): Promise<void> {
    for await (const event of this.client.events(this.#ending.signal))
      for (const each of [this.#answers, this.#details, this.#removals]) each.take(event);
  }
}

/** Once, as soon as somebody is logged in and the server is there. */
function onceOnline(
  { me, connection }: Pick<Store, 'me' | 'connection'>,
  then: (account: UserNumber) => void,
): void {
  const ends: (() => void)[] = [];
  const look = () => {
    const account = me.get()?.number;
    if (account === undefined || connection.get().status.kind !== 'online' || ends.length === 0) return;
    for (const end of ends.splice(0)) end();
    then(account);
  };
  ends.push(me.subscribe(look), connection.subscribe(look));
  look();
}
