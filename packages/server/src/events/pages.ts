/**
 * Pages of the log as encoded frames, for followers that are behind what their tail holds. After a restart every client
 * is, and most want the same pages: each is read and encoded once for all who ask meanwhile, and full pages, which can
 * never grow, are kept for a while.
 */
import type { Sequence, StreamId } from '@sotto/model';
import { encodeRuns } from './frames.ts';
import type { EventStore } from './store.ts';

/** Events read from the log at once. */
const PAGE_EVENTS = 200;

export interface Page {
  /** Event frames, back to back, at most RUN_MAX_BYTES; shared, never changed. */
  bytes: Uint8Array;
  last: Sequence;
}

export class Pages {
  readonly #store: Pick<EventStore, 'read'>;
  readonly #maxBytes: number;
  readonly #reading = new Map<string, Promise<Page | undefined>>();
  /** Least recently used first. */
  readonly #kept = new Map<string, Page>();
  #keptBytes = 0;

  constructor(store: Pick<EventStore, 'read'>, maxBytes: number) {
    this.#store = store;
    this.#maxBytes = maxBytes;
  }

  /** The events that follow `after`, at least one; undefined at the end of the stream. */
  read(stream: StreamId, after: Sequence): Promise<Page | undefined> {
    const key = `${stream}:${after}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return Promise.resolve(kept);
    }
    let reading = this.#reading.get(key);
    if (reading === undefined) {
      reading = this.#load(stream, after).finally(() => this.#reading.delete(key));
      this.#reading.set(key, reading);
    }
    return reading;
  }

  async #load(stream: StreamId, after: Sequence): Promise<Page | undefined> {
    const events = await this.#store.read(stream, after, PAGE_EVENTS);
    const pages = encodeRuns(events).map(({ first, last, bytes }) => ({ after: first - 1, last, bytes }));
    const full = events.length === PAGE_EVENTS ? pages : pages.slice(0, -1);
    for (const page of full) this.#keep(`${stream}:${page.after}`, page);
    return pages[0];
  }

  #keep(key: string, page: Page): void {
    if (this.#kept.has(key)) return;
    this.#kept.set(key, page);
    this.#keptBytes += page.bytes.length;
    for (const [oldest, { bytes }] of this.#kept) {
      if (this.#keptBytes <= this.#maxBytes) return;
      this.#kept.delete(oldest);
      this.#keptBytes -= bytes.length;
    }
  }
}
