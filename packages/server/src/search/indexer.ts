/**
 * Keeps the index of search behind the log: nobody who sends waits for it, and it catches up by itself after a start, a
 * crash or an upgrade, in the background.
 */
import type { Clock } from '@sotto/protocol';
import type { EventStore } from '../events/store.ts';
import type { SearchStore } from './store.ts';

/** What comes in within this time shares a commit of the index. */
const GATHER_MS = 250;
/** Events of one commit: appends wait for no more than these. */
const BATCH_EVENTS = 500;
/** Between two batches of a backlog, so that it takes part of the storage's time only. */
const PAUSE_MS = 20;
/** Batches that a search waits for; what is further behind is found later. */
const WAITED_BATCHES = 4;

export interface IndexerOptions {
  store: Pick<SearchStore, 'index' | 'tidy'>;
  clock: Clock;
  onFailure: (failure: unknown) => void;
  /** What was left of erased words has gone, and now has to leave the files. */
  tidied: () => void;
}

export class Indexer {
  readonly #options: IndexerOptions;
  #cancel: (() => void) | undefined;
  #running: Promise<void> = Promise.resolve();
  #isTidying = false;
  #stopped = false;

  constructor(options: IndexerOptions) {
    this.#options = options;
    this.#runAfter(GATHER_MS);
  }

  /** The same store, which tells this of what was committed. */
  watched(events: EventStore): EventStore {
    return {
      ...events,
      append: async (batch) => {
        const results = await events.append(batch);
        this.#runAfter(GATHER_MS);
        return results;
      },
    };
  }

  /** Something was erased. */
  erased(): void {
    this.#runAfter(GATHER_MS);
  }

  /** Resolves when what was committed before the call can be found, as far as that takes no long time. */
  async upToDate(): Promise<void> {
    for (let batch = 0; batch < WAITED_BATCHES; batch++) {
      if (!(await this.#options.store.index(BATCH_EVENTS))) return;
    }
  }

  /** Waits for what is under way; the rest is indexed after the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#running;
  }

  #runAfter(ms: number): void {
    if (this.#stopped || this.#cancel !== undefined) return;
    this.#cancel = this.#options.clock.after(ms, () => {
      // What is committed from here on is indexed in the next run.
      this.#cancel = undefined;
      this.#running = this.#running.then(() => this.#run());
    });
  }

  async #run(): Promise<void> {
    const { store, onFailure } = this.#options;
    try {
      const isMore = (await store.index(BATCH_EVENTS)) || (await this.#tidy());
      if (isMore) this.#runAfter(PAUSE_MS);
    } catch (failure) {
      // The next append or search tries again.
      onFailure(failure);
    }
  }

  async #tidy(): Promise<boolean> {
    const isMore = await this.#options.store.tidy();
    if (this.#isTidying && !isMore) this.#options.tidied();
    this.#isTidying = isMore;
    return isMore;
  }
}
