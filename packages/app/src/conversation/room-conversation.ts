/** Loads a timeline as it is read, and makes rows of it. */
import type { JoinedRoom, MessageView, Timeline } from '@sotto/client';
import type { RoomNumber, Sequence } from '@sotto/model';
import { type AppClock, Gathered } from '../gathered.ts';
import { type Readable, Slice } from '../slice.ts';
import type { Around } from './around.ts';
import { buildItems } from './build.ts';
import type { Conversation, ConversationState, Edge, Landing } from './conversation.ts';
import type { Item } from './items.ts';
import { NewLine } from './new-line.ts';

const PAGE = 60;
/** With more than that the line is far up: what is around it is shown, not all that came since. */
const UNREAD_LOADED_MAX = 300;

export interface RoomConversationOptions {
  timeline: Timeline;
  /** As it is now; undefined once this account is out of it. */
  joined(): JoinedRoom | undefined;
  markRead(sequence: Sequence): void;
  around: Around;
  clock: AppClock;
  onClose(): void;
}

export class RoomConversation implements Conversation {
  readonly room: RoomNumber;
  readonly #options: RoomConversationOptions;
  readonly #timeline: Timeline;
  readonly #gathered: Gathered;
  readonly #newLine = new NewLine();
  readonly #ends: (() => void)[];
  readonly #state = new Slice<ConversationState>({
    phase: { kind: 'loading' },
    stretch: 0,
    landing: { kind: 'end' },
    items: [],
    before: { kind: 'loading' },
    after: { kind: 'end' },
    head: undefined,
  });
  /** Where a page is on its way, or did not come. */
  #edges: { before: Edge | undefined; after: Edge | undefined } = { before: undefined, after: undefined };
  /** Where the reader was last. */
  #isAtEnd = true;
  /** Up to there others' messages were looked at. */
  #seen = 0 as Sequence;
  #isClosed = false;

  constructor(options: RoomConversationOptions) {
    this.#options = options;
    this.#timeline = options.timeline;
    this.room = options.timeline.room.number;
    this.#gathered = new Gathered(options.clock, () => this.#show());
    const changed = () => this.#gathered.changed();
    const { around } = options;
    this.#ends = [
      this.#timeline.onChange(changed),
      around.onChange(changed),
      around.onOnline(() => this.#again()),
    ];
  }

  get state(): Readable<ConversationState> {
    return this.#state;
  }

  async open(): Promise<void> {
    const { read, head, unread } = this.#options.joined() ?? {
      read: 0 as Sequence,
      head: 0 as Sequence,
      unread: 0,
    };
    this.#newLine.opened(read, head, unread > 0);
    if (this.#timeline.isKept) this.#showKept();
    await this.#land(async () => {
      if (unread > UNREAD_LOADED_MAX) await this.#loadAround(read);
      else await this.#timeline.loadLatest(PAGE + unread);
      return ({ isFirstNew }) => isFirstNew;
    }, 'start').catch(() => {});
  }

  loadBefore(): void {
    if (this.#timeline.hasBefore) void this.#extend('before', () => this.#timeline.loadBefore(PAGE));
  }

  loadAfter(): void {
    if (this.#timeline.hasAfter) void this.#extend('after', () => this.#timeline.loadAfter(PAGE));
  }

  async goTo(sequence: Sequence): Promise<MessageView> {
    let root = this.#timeline.message(sequence)?.thread ?? sequence;
    const isRoot = (item: Item) => item.kind === 'message' && item.view.sequence === root;
    await this.#land(async () => {
      await this.#timeline.loadAround(root, PAGE);
      root = this.#timeline.message(root)?.thread ?? root;
      return isRoot;
    }, 'center').catch((error: unknown) => {
      const here = this.#timeline.isKept ? this.#state.get().items.find(isRoot) : undefined;
      if (here === undefined) throw error;
      this.#set({ landing: { kind: 'item', key: here.key, align: 'center' } });
    });
    const view = this.#timeline.message(sequence) ?? this.#timeline.message(root);
    if (view === undefined) throw new Error('This message is not here any more.');
    return view;
  }

  async goToMoment(moment: Date): Promise<void> {
    await this.#land(async () => {
      const found = (await this.#timeline.loadAt(moment, PAGE)) ?? 0;
      return (item) => item.kind === 'message' && item.view.sequence >= found;
    }, 'start');
  }

  async goToEnd(): Promise<void> {
    if (this.#timeline.hasAfter || this.#state.get().phase.kind !== 'ready') {
      await this.#land(() => this.#timeline.loadLatest(PAGE).then(() => undefined), 'start');
      return;
    }
    // What was just sent shows at once, however much comes beside it.
    this.#gathered.now();
    this.#state.set({ ...this.#state.get(), landing: { kind: 'end' } });
  }

  at({ isAtEnd, isLooking }: { isAtEnd: boolean; isLooking: boolean }): void {
    this.#isAtEnd = isAtEnd;
    const joined = this.#options.joined();
    // What is kept here is not what there is to read [KEPT-3].
    if (joined === undefined || this.#state.get().phase.kind !== 'ready' || this.#timeline.isKept) return;
    if (isAtEnd && isLooking && !this.#timeline.hasAfter) {
      this.#newLine.reached();
      if (joined.read < joined.head) this.#options.markRead(joined.head);
    } else {
      const before = this.#newLine.after;
      this.#newLine.left(joined.head);
      if (before !== this.#newLine.after) this.#gathered.changed();
    }
  }

  markRead(): void {
    const joined = this.#options.joined();
    if (joined !== undefined && joined.read < joined.head) this.#options.markRead(joined.head);
  }

  lastOwn(): MessageView | 'onItsWay' | undefined {
    const isOnItsWay = this.#timeline.items.some(
      (item) =>
        item.kind === 'pending' && item.message.thread === undefined && item.message.state.kind !== 'failed',
    );
    if (isOnItsWay) return 'onItsWay';
    return this.#timeline.messages.findLast(
      ({ mine, deleted, text, thread }) =>
        mine && deleted === undefined && text !== undefined && thread === undefined,
    );
  }

  close(): void {
    this.#isClosed = true;
    for (const end of this.#ends) end();
    this.#gathered.stop();
    this.#timeline.close();
    this.#options.onClose();
  }

  async #loadAround(read: Sequence): Promise<void> {
    try {
      await this.#timeline.loadAround(Math.max(1, read) as Sequence, 2 * PAGE);
    } catch {
      // What was read last is not kept any more.
      await this.#timeline.loadLatest(PAGE);
    }
  }

  /** What is on this device, until the server has told what is there now. */
  #showKept(): void {
    const { phase, stretch } = this.#state.get();
    if (phase.kind === 'ready') return;
    const items = this.#build();
    if (items.length === 0) return;
    const first = items.find(({ isFirstNew }) => isFirstNew);
    const landing: Landing =
      first === undefined ? { kind: 'end' } : { kind: 'item', key: first.key, align: 'start' };
    this.#set({ phase: { kind: 'ready' }, items, landing, stretch: stretch + 1 });
  }

  /** Loads something else, and goes to the row that `load` resolves with, the end where there is none. */
  async #land(
    load: () => Promise<((item: Item) => boolean) | undefined>,
    align: 'start' | 'center',
  ): Promise<void> {
    const before = this.#state.get();
    const wasKept = before.phase.kind === 'ready' && this.#timeline.isKept;
    if (before.phase.kind === 'failed') this.#state.set({ ...before, phase: { kind: 'loading' } });
    let wanted: ((item: Item) => boolean) | undefined;
    try {
      wanted = await load();
    } catch (error) {
      // What is shown stays where there is something.
      if (before.phase.kind !== 'ready') this.#set({ phase: { kind: 'failed', error: error as Error } });
      throw error;
    }
    if (this.#isClosed) return;
    this.#edges = { before: undefined, after: undefined };
    const items = this.#build();
    const key = wanted && items.find(wanted)?.key;
    const landing: Landing = key === undefined ? { kind: 'end' } : { kind: 'item', key, align };
    const known = new Set(before.items.map((item) => item.key));
    if (wasKept && items.some((item) => known.has(item.key))) {
      // The same rows, more of them: what is read stays, but for whoever waits at the end for what is new.
      const isNew = key !== undefined && !known.has(key) && this.#isAtEnd;
      this.#set({ items, ...(isNew ? { landing } : {}) });
    } else {
      const stretch = before.stretch + (key !== undefined && known.has(key) ? 0 : 1);
      this.#set({ phase: { kind: 'ready' }, items, landing, stretch });
    }
    this.#fill();
  }

  async #extend(end: 'before' | 'after', load: () => Promise<void>): Promise<void> {
    if (this.#edges[end]?.kind === 'loading') return;
    this.#edges[end] = { kind: 'loading' };
    this.#set({});
    try {
      await load();
      this.#edges[end] = undefined;
    } catch (error) {
      this.#edges[end] = { kind: 'failed', error: error as Error };
    }
    if (!this.#isClosed) this.#gathered.now();
  }

  /** What could not be loaded without a connection is tried again. */
  #again(): void {
    if (this.#state.get().phase.kind === 'failed' || this.#timeline.isKept) void this.open();
    if (this.#edges.before?.kind === 'failed') this.loadBefore();
    if (this.#edges.after?.kind === 'failed') this.loadAfter();
  }

  #show(): void {
    if (this.#state.get().phase.kind !== 'ready') return;
    this.#set({ items: this.#build() });
    this.#fill();
  }

  /** The newest events may be reactions and answers in threads alone, or the server's log another one. */
  #fill(): void {
    const isEmpty = this.#state.get().items.length === 0;
    if (isEmpty && this.#edges.before === undefined) this.loadBefore();
  }

  #build(): readonly Item[] {
    this.#noteNew();
    const { around } = this.#options;
    const isAtPresent = !this.#timeline.hasAfter;
    return buildItems(
      {
        items: this.#timeline.items,
        message: (sequence) => this.#timeline.message(sequence),
        newAfter: this.#newLine.after,
        notices: this.#timeline.notices,
        answers: isAtPresent ? around.answers(undefined) : [],
        uploads: isAtPresent ? around.uploads(undefined) : [],
        isThread: false,
      },
      this.#state.get().items,
    );
  }

  #noteNew(): void {
    const { messages } = this.#timeline;
    for (const { sequence, mine, thread } of newestFirst(messages)) {
      if (sequence <= this.#seen) break;
      if (!mine && thread === undefined) this.#newLine.came(sequence);
    }
    this.#seen = Math.max(this.#seen, messages.at(-1)?.sequence ?? 0) as Sequence;
  }

  #set(changes: Partial<ConversationState>): void {
    const before = this.#edges.before ?? { kind: this.#timeline.hasBefore ? 'more' : 'end' };
    const after = this.#edges.after ?? { kind: this.#timeline.hasAfter ? 'more' : 'end' };
    const state = this.#state.get();
    const next: ConversationState = {
      ...state,
      ...changes,
      before: before.kind === state.before.kind ? state.before : before,
      after: after.kind === state.after.kind ? state.after : after,
      head: this.#timeline.isKept ? undefined : this.#options.joined()?.head,
    };
    const isSame = (Object.keys(next) as (keyof ConversationState)[]).every(
      (key) => next[key] === state[key],
    );
    if (!isSame) this.#state.set(next);
  }
}

function* newestFirst<T>(list: readonly T[]): Generator<T> {
  for (let at = list.length - 1; at >= 0; at -= 1) yield list[at] as T;
}
