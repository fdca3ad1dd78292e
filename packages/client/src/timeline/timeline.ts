/** `client.timeline(room)`: loads pages, takes what happens, and says when something changed [TIMELINE-1]. */
import { PAGE_MAX, type Sequence } from '@sotto/model';
import { type FrameMessage, SottoError } from '@sotto/protocol';
import { ErrorCode, type Event } from '@sotto/schema';
import { usersOf, type Viewing } from '../describe/messages.ts';
import type {
  MessageView,
  OutgoingMessage,
  Room,
  Sent,
  Timeline,
  TimelineItem,
  TimelineNotice,
} from '../types.ts';
import { Changes } from './changes.ts';
import { type KeptPage, Loaded, loadKept } from './loaded.ts';
import { usersOfNotices } from './notices.ts';
import { Pending, type PendingOptions } from './pending.ts';
import { Rows } from './rows.ts';
import type { Stretch } from './stretches.ts';
import type { Supposition } from './suppositions.ts';

const LIMIT_DEFAULT = 50;
/** A page of reactions and edits has few messages: as many pages are read for one call. */
const PAGES_MAX = 20;
/** Threads longer than this are not loaded to their end. */
const THREAD_PAGES_MAX = 50;

type Page = FrameMessage<'historyPage'>;
export type Where = { before: number } | { after: number } | { around: number } | { atMs: number };

export interface TimelineOptions {
  room(): Room;
  viewing: Viewing;
  outbox: PendingOptions['outbox'];
  /** The newest event that is known of. */
  head(): number;
  read(where: Where, limit: number): Promise<Page>;
  readThread(root: number, after: number): Promise<Page>;
  readPins(): Promise<Page>;
  /** What is kept on this device of the end of the room. */
  kept?(): KeptPage | undefined;
  /** Learns these names. */
  ensure(users: readonly number[]): Promise<void>;
  onClose(timeline: RoomTimeline): void;
}

export class RoomTimeline implements Timeline {
  readonly #options: TimelineOptions;
  readonly #loaded: Loaded;
  /** What was kept on this device: shown until the server has told the first page [KEPT-3]. */
  #kept: Loaded | undefined;
  readonly #changes: Changes<Timeline> = new Changes<Timeline>(this);
  readonly #pending: Pending;
  readonly #rows = new Rows();
  /** What is shown ends in the present, or did once: what is new is added to it. */
  #isAtPresent = true;
  /** The newest event that a page told of. */
  #head = 0;
  /** One page after the other: each begins where the last one ended. */
  #loading: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(options: TimelineOptions) {
    this.#options = options;
    this.#loaded = new Loaded(options.room, options.viewing);
    this.#kept = loadKept(options.kept?.(), options);
    this.#pending = new Pending(options);
  }

  get room(): Room {
    return this.#options.room();
  }

  get messages(): readonly MessageView[] {
    return this.#showing.messages;
  }

  get notices(): readonly TimelineNotice[] {
    return this.#showing.notices;
  }

  get isKept(): boolean {
    return this.#kept !== undefined;
  }

  get items(): readonly TimelineItem[] {
    const pending = this.#isAtPresent && !this.#isClosed ? this.#pending.list() : [];
    return this.#rows.list(ALL, this.messages, pending);
  }

  get hasBefore(): boolean {
    const { shown, firstKept } = this.#showing;
    return shown === undefined ? this.#newest >= firstKept : shown.first > firstKept;
  }

  get hasAfter(): boolean {
    const { shown } = this.#loaded;
    return !this.isKept && shown !== undefined && shown.last < this.#newest;
  }

  message(sequence: Sequence): MessageView | undefined {
    return this.#loaded.message(sequence) ?? this.#kept?.message(sequence);
  }

  thread(root: Sequence): readonly MessageView[] {
    const from = this.#loaded.message(root) === undefined ? this.#showing : this.#loaded;
    const first = from.message(root);
    return [...(first === undefined ? [] : [first]), ...from.thread(root)];
  }

  threadItems(root: Sequence): readonly TimelineItem[] {
    const pending = this.#isClosed ? [] : this.#pending.list().filter(({ thread }) => thread === root);
    return this.#rows.list(root, this.thread(root), pending);
  }

  loadBefore(limit = LIMIT_DEFAULT): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#loaded.shown === undefined) await this.#latest(limit);
      else await this.#extend(limit, ({ first }) => (this.hasBefore ? { before: first } : undefined));
    });
  }

  loadAfter(limit = LIMIT_DEFAULT): Promise<void> {
    return this.#inTurn(() =>
      this.#extend(limit, ({ last }) => (this.hasAfter ? { after: last } : undefined)),
    );
  }

  loadAround(sequence: Sequence, limit = LIMIT_DEFAULT): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#loaded.holds(sequence)) {
        await this.#page({ around: sequence }, limit);
        if (!this.#loaded.holds(sequence)) throw gone(sequence);
      }
      this.#show({ kind: 'around', sequence });
      this.#isAtPresent = !this.hasAfter;
    });
  }

  async loadAt(moment: Date, limit = LIMIT_DEFAULT): Promise<Sequence | undefined> {
    let found: Sequence | undefined;
    await this.#inTurn(async () => {
      // 0 would be no moment at all.
      const atMs = Math.max(1, moment.getTime());
      const page = await this.#options.read({ atMs }, Math.min(PAGE_MAX, limit));
      const [first, last] = [page.events[0]?.sequence, page.events.at(-1)?.sequence];
      if (first === undefined || last === undefined) return;
      await this.#take(page, { first, last });
      const from = page.events.find(({ timeMs }) => timeMs >= atMs)?.sequence ?? last + 1;
      this.#show({ kind: 'around', sequence: Math.min(from, last) });
      const next = () => this.messages.find(({ sequence }) => sequence >= from)?.sequence;
      // All the page may have of then are reactions and edits.
      if (next() === undefined)
        await this.#extend(1, (shown) => (this.hasAfter ? { after: shown.last } : undefined));
      found = next() ?? this.messages.at(-1)?.sequence;
    });
    return found;
  }

  loadLatest(limit = LIMIT_DEFAULT): Promise<void> {
    return this.#inTurn(() => this.#latest(limit));
  }

  async loadThread(root: Sequence): Promise<readonly MessageView[]> {
    await this.#inTurn(async () => {
      if (this.#loaded.message(root) === undefined) await this.#first(root);
      for (let pages = 0, after = 0; pages < THREAD_PAGES_MAX; pages += 1) {
        const page = await this.#options.readThread(root, after);
        await this.#take(page);
        const last = page.events.at(-1)?.sequence ?? 0;
        if (last <= after) return;
        after = last;
      }
    });
    return this.thread(root);
  }

  async loadPins(): Promise<readonly MessageView[]> {
    let pins: readonly Event[] = [];
    await this.#inTurn(async () => {
      const page = await this.#options.readPins();
      await this.#take(page);
      pins = page.events;
    });
    return pins
      .flatMap(({ sequence }) => this.#loaded.message(sequence) ?? [])
      .filter(({ pinned }) => pinned);
  }

  onChange(listener: () => void): () => void {
    return this.#changes.onChange(listener);
  }

  changes(signal?: AbortSignal): AsyncIterable<Timeline> {
    return this.#changes.iterate(signal);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  close(): void {
    this.end(false);
  }

  /** `isOver`: not by its owner, who is to hear of it. */
  end(isOver: boolean): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#options.onClose(this);
    this.#clear();
    this.#changes.end(isOver);
  }

  happened(event: Event): void {
    const { sequence, sender } = event;
    this.#loaded.addLive(event);
    if (this.#kept?.shown?.last === sequence - 1) this.#kept.addLive(event);
    this.#pending.happened(sequence);
    const isMine = sender === this.#options.viewing.me?.number;
    this.#loaded.withdrawWhere(
      (supposed) =>
        (supposed.sequence ?? Number.POSITIVE_INFINITY) <= sequence ||
        (isMine && isSameId(supposed.event.clientMessageId, event.clientMessageId)),
    );
    this.#notice();
    this.#changes.tell();
  }

  /** What waits to be sent changed. */
  sending(): void {
    this.#changes.tell();
  }

  /** The server has the message, perhaps before it is here. */
  taken(message: OutgoingMessage, sent: Sent): void {
    this.#pending.taken(message, sent);
    this.#changes.tell();
  }

  /** It counts, until its event is here or it is withdrawn. */
  suppose(supposition: Supposition): void {
    for (const each of this.#all) each.suppose(supposition);
    this.#changes.tell();
  }

  withdraw(supposition: Supposition): void {
    for (const each of this.#all) each.withdraw(supposition);
    this.#changes.tell();
  }

  /** The server took it; where nothing had to change it names the message itself. */
  confirmed(supposition: Supposition): void {
    const { sequence = 0, event } = supposition;
    if (sequence <= this.#pending.reached || sequence <= event.relatesTo) this.withdraw(supposition);
  }

  /** Names, or who is blocked, changed: of one person, or of anybody. */
  touch(user?: number): void {
    for (const each of this.#all) each.touch(user);
    this.#pending.touch();
    this.#changes.tell();
  }

  /** Another log: nothing of what is loaded is there. */
  reset(): void {
    this.#clear();
    this.#head = 0;
    this.#changes.tell();
  }

  #clear(): void {
    this.#kept = undefined;
    this.#loaded.clear();
    this.#pending.clear();
    this.#rows.clear();
    this.#isAtPresent = true;
  }

  get #showing(): Loaded {
    return this.#kept ?? this.#loaded;
  }

  get #all(): readonly Loaded[] {
    return this.#kept === undefined ? [this.#loaded] : [this.#loaded, this.#kept];
  }

  /** What the server told takes the place of what was kept. */
  #show(shown: Parameters<Loaded['show']>[0]): void {
    if (this.#kept !== undefined) this.#loaded.follow(this.#kept);
    this.#kept = undefined;
    this.#loaded.show(shown);
  }

  #notice(): void {
    this.#isAtPresent ||= !this.hasAfter;
  }

  get #newest(): number {
    return Math.max(this.#head, this.#options.head());
  }

  async #latest(limit: number): Promise<void> {
    await this.#page({ before: 0 }, limit);
    this.#show({ kind: 'latest' });
    this.#isAtPresent = true;
    const missing = limit - this.messages.length;
    if (missing > 0) {
      await this.#extend(missing, ({ first }) => (this.hasBefore ? { before: first } : undefined));
    }
  }

  /** Until there are `limit` messages more, or there is nothing more. */
  async #extend(limit: number, next: (shown: Stretch) => Where | undefined): Promise<void> {
    const enough = this.messages.length + limit;
    for (let pages = 0; pages < PAGES_MAX && this.messages.length < enough; pages += 1) {
      const { shown } = this.#loaded;
      const where = shown && next(shown);
      if (where === undefined) return;
      const isAny = await this.#page(where, Math.max(LIMIT_DEFAULT, enough - this.messages.length));
      if (!isAny) return;
    }
  }

  /** False where there was nothing. */
  async #page(where: Where, limit: number): Promise<boolean> {
    const page = await this.#options.read(where, Math.min(PAGE_MAX, limit));
    const first = page.events[0]?.sequence;
    const last = page.events.at(-1)?.sequence;
    if (first === undefined || last === undefined) {
      // Nothing is kept before it: what was thought to be there is gone.
      if ('before' in where) this.#loaded.keptFrom(where.before === 0 ? page.head + 1 : where.before);
      return false;
    }
    await this.#take(page, {
      first: 'after' in where ? Math.min(first, where.after + 1) : first,
      last: 'before' in where && where.before > 0 ? Math.max(last, where.before - 1) : last,
    });
    return true;
  }

  /** The first message of a thread that is not loaded. */
  async #first(root: number): Promise<void> {
    const page = await this.#options.read({ around: root }, 1);
    await this.#take(page);
    if (this.#loaded.message(root as Sequence) === undefined) throw gone(root);
  }

  async #take(page: Page, stretch?: Stretch): Promise<void> {
    await this.#options.ensure([...usersOf(page.events, page.states), ...usersOfNotices(page.events)]);
    if (this.#isClosed) throw closed();
    this.#head = Math.max(this.#head, page.head);
    this.#loaded.keptFrom(page.firstKept);
    this.#loaded.addPage(page, stretch);
    const told = new Set(page.events.map(({ sequence }) => sequence));
    this.#loaded.withdrawWhere(
      ({ sequence, event }) => sequence !== undefined && sequence <= page.head && told.has(event.relatesTo),
    );
    this.#notice();
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#loading.then(async () => {
      if (this.#isClosed) throw closed();
      await work();
      this.#changes.tell();
    });
    this.#loading = turn.catch(() => {});
    return turn;
  }
}

/** The list of all rows; threads have theirs under their first message. */
const ALL = 0;

const isSameId = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length > 0 && one.length === other.length && one.every((byte, index) => byte === other[index]);
const closed = (): Error => new Error('the timeline is closed');
const gone = (sequence: number): SottoError => new SottoError(ErrorCode.MESSAGE_GONE, `message ${sequence}`);
