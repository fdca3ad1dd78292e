/**
 * Pages of the log as encoded frames, for followers that are behind what their tail holds. After a restart every client
 * is, and most want the same pages: each is read and encoded once for all who ask meanwhile, and full pages, which can
 * never grow, are kept for a while.
 */
import type { Sequence, StreamId } from '@sotto/model';
import { READ_MAX_BYTES } from '../fitting.ts';
import { type EventRun, encodeRuns } from './frames.ts';
import type { EventStore } from './store.ts';

/** Events read from the log at once. */
const PAGE_EVENTS = 200;

/** Of at most RUN_MAX_BYTES; shared, never changed. */
export type Page = EventRun;

export class Pages {
  readonly #store: Pick<EventStore, 'read'>;
  readonly #maxBytes: number;
  readonly #reading = new Map<string, Promise<Page | undefined>>();
  /** Least recently used first. */
  readonly #kept = new Map<string, { stream: StreamId; page: Page }>();
  #keptBytes = 0;
  /** How often something was forgotten: what was being read then is not kept. */
  #forgotten = 0;

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
      return Promise.resolve(kept.page);
    }
    let reading = this.#reading.get(key);
    if (reading === undefined) {
      const started = this.#load(stream, after).finally(() => {
        if (this.#reading.get(key) === started) this.#reading.delete(key);
      });
      this.#reading.set(key, started);
      reading = started;
    }
    return reading;
  }

  /** Events of the stream were erased. */
  forget(stream: StreamId): void {
    this.#forgotten++;
    for (const key of this.#reading.keys()) if (key.startsWith(`${stream}:`)) this.#reading.delete(key);
    for (const [key, kept] of this.#kept) if (kept.stream === stream) this.#drop(key, kept.page);
  }

  async #load(stream: StreamId, after: Sequence): Promise<Page | undefined> {
    const forgotten = this.#forgotten;
    const events = await this.#store.read(stream, after, PAGE_EVENTS, READ_MAX_BYTES);
    const pages = encodeRuns(events);
    const full = events.length === PAGE_EVENTS ? pages : pages.slice(0, -1);
    if (forgotten === this.#forgotten) for (const page of full) this.#keep(stream, page);
    return pages[0];
  }

  #keep(stream: StreamId, page: Page): void {
    const key = `${stream}:${page.first - 1}`;
    if (this.#kept.has(key)) return;
    this.#kept.set(key, { stream, page });
    this.#keptBytes += page.bytes.length;
    for (const [oldest, kept] of this.#kept) {
      if (this.#keptBytes <= this.#maxBytes) return;
      this.#drop(oldest, kept.page);
    }
  }

  #drop(key: string, { bytes }: Page): void {
    this.#kept.delete(key);
    this.#keptBytes -= bytes.length;
  }
}
