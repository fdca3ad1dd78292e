import type { MessageView, Timeline, TimelineItem, TimelineNotice } from '@sotto/client';
import type { Sequence } from '@sotto/model';
import { ROOM, said } from './people.ts';

/** A room's messages, of which a stretch is loaded; what is asked for comes when `come` is called, or at once. */
export class FakeTimeline implements Timeline {
  readonly room = ROOM;
  readonly all: MessageView[];
  pending: TimelineItem[] = [];
  notices: readonly TimelineNotice[] = [];
  /** The next load fails with it. */
  failure: Error | undefined;
  isClosed = false;
  readonly calls: string[] = [];
  readonly #listeners = new Set<() => void>();
  /** What was on this device, until something is loaded. */
  kept: readonly MessageView[] | undefined;
  #first = 0;
  #end = 0;

  constructor(all: readonly MessageView[]) {
    this.all = [...all];
  }

  get messages(): readonly MessageView[] {
    return this.kept ?? this.all.slice(this.#first, this.#end);
  }

  get isKept(): boolean {
    return this.kept !== undefined;
  }

  get items(): readonly TimelineItem[] {
    return [...this.messages.map(said), ...(this.hasAfter ? [] : this.pending)];
  }

  get hasBefore(): boolean {
    return this.#first > 0;
  }

  get hasAfter(): boolean {
    return !this.isKept && this.#end < this.all.length;
  }

  message(sequence: Sequence): MessageView | undefined {
    return this.messages.find((each) => each.sequence === sequence);
  }

  thread(root: Sequence): readonly MessageView[] {
    return this.all.filter((each) => each.sequence === root || each.thread === root);
  }

  threadItems(root: Sequence): readonly TimelineItem[] {
    return this.thread(root).map(said);
  }

  loadBefore(limit = 50): Promise<void> {
    return this.#load(`before ${limit}`, () => (this.#first = Math.max(0, this.#first - limit)));
  }

  loadAfter(limit = 50): Promise<void> {
    return this.#load(`after ${limit}`, () => (this.#end = Math.min(this.all.length, this.#end + limit)));
  }

  loadAround(sequence: Sequence, limit = 50): Promise<void> {
    return this.#load(`around ${sequence} ${limit}`, () => {
      const at = this.all.findIndex((each) => each.sequence === sequence);
      if (at < 0) throw new Error('MESSAGE_GONE');
      if (this.#first <= at && at < this.#end) return;
      this.#first = Math.max(0, at - limit / 2);
      this.#end = Math.min(this.all.length, at + limit / 2);
    });
  }

  async loadAt(moment: Date, limit = 50): Promise<Sequence | undefined> {
    const found = this.all.find(({ sentAt }) => sentAt >= moment) ?? this.all.at(-1);
    if (found !== undefined) await this.loadAround(found.sequence, limit);
    return found?.sequence;
  }

  loadLatest(limit = 50): Promise<void> {
    return this.#load(`latest ${limit}`, () => {
      this.#end = this.all.length;
      this.#first = Math.max(0, this.#end - limit);
    });
  }

  async loadThread(root: Sequence): Promise<readonly MessageView[]> {
    await this.#load(`thread ${root}`, () => {});
    return this.thread(root);
  }

  async loadPins(): Promise<readonly MessageView[]> {
    return [];
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async *changes(): AsyncGenerator<Timeline> {}

  close(): void {
    this.isClosed = true;
  }

  /** Somebody wrote; it is shown where the present is. */
  came(message: MessageView): void {
    const isAtPresent = !this.hasAfter;
    this.all.push(message);
    if (isAtPresent) this.#end = this.all.length;
    this.changed();
  }

  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  async #load(call: string, load: () => unknown): Promise<void> {
    this.calls.push(call);
    await Promise.resolve();
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
    load();
    this.kept = undefined;
    this.changed();
  }
}
