import type { Timeline } from '@sotto/client';
import type { RoomNumber, Sequence } from '@sotto/model';
import { type AppClock, Gathered } from '../gathered.ts';
import { type Readable, Slice } from '../slice.ts';
import type { Around } from './around.ts';
import { buildItems } from './build.ts';
import type { Phase } from './conversation.ts';
import type { Item } from './items.ts';

export interface ThreadState {
  phase: Phase;
  /** Its first message first. */
  items: readonly Item[];
}

/** A thread that is being read. */
export interface Thread {
  readonly room: RoomNumber;
  readonly root: Sequence;
  readonly state: Readable<ThreadState>;
  open(): Promise<void>;
  close(): void;
}

export class RoomThread implements Thread {
  readonly room: RoomNumber;
  readonly root: Sequence;
  readonly #timeline: Timeline;
  readonly #around: Around;
  readonly #gathered: Gathered;
  readonly #ends: (() => void)[];
  readonly #state = new Slice<ThreadState>({ phase: { kind: 'loading' }, items: [] });
  /** It could not be loaded. */
  #isBehind = false;

  constructor(timeline: Timeline, root: Sequence, around: Around, clock: AppClock) {
    this.room = timeline.room.number;
    this.root = root;
    this.#timeline = timeline;
    this.#around = around;
    this.#gathered = new Gathered(clock, () => this.#show());
    const changed = () => this.#gathered.changed();
    this.#ends = [timeline.onChange(changed), around.onChange(changed), around.onOnline(() => this.#again())];
  }

  get state(): Readable<ThreadState> {
    return this.#state;
  }

  async open(): Promise<void> {
    if (this.#isHere) this.#enter({ kind: 'ready' });
    try {
      await this.#timeline.loadThread(this.root);
      this.#isBehind = false;
      this.#enter({ kind: 'ready' });
    } catch (error) {
      this.#isBehind = true;
      if (!this.#isHere) this.#enter({ kind: 'failed', error: error as Error });
    }
  }

  close(): void {
    for (const end of this.#ends) end();
    this.#gathered.stop();
    this.#timeline.close();
  }

  #again(): void {
    if (this.#isBehind) void this.open();
  }

  /** All of it is kept on this device: what is kept goes from its first message on to the present [KEPT-3]. */
  get #isHere(): boolean {
    return this.#timeline.isKept && this.#timeline.message(this.root) !== undefined;
  }

  #enter(phase: Phase): void {
    this.#state.set({ ...this.#state.get(), phase });
    this.#gathered.now();
  }

  #show(): void {
    const state = this.#state.get();
    const items = buildItems(
      {
        items: this.#timeline.threadItems(this.root),
        message: (sequence) => this.#timeline.message(sequence),
        newAfter: undefined,
        notices: [],
        answers: this.#around.answers(this.root),
        uploads: this.#around.uploads(this.root),
        isThread: true,
      },
      state.items,
    );
    if (items !== state.items) this.#state.set({ ...state, items });
  }
}
