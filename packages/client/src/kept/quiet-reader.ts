/** Reads the ends of rooms for what is kept, one by one, when nothing else is asked any more [KEPT-4]. */
import type { StreamId } from '@sotto/model';
import { type Clock, SottoError } from '@sotto/protocol';

export const READ_AFTER_MS = 3_000;
const READ_EVERY_MS = 500;

export interface QuietReaderOptions {
  clock: Clock;
  /** The next one that is to be read; undefined for none. `tried`: not those. */
  next(tried: ReadonlySet<StreamId>): StreamId | undefined;
  read(stream: StreamId): Promise<void>;
}

export class QuietReader {
  readonly #options: QuietReaderOptions;
  /** Once a connection is enough. */
  readonly #tried = new Set<StreamId>();
  #isConnected = false;
  #cancel: (() => void) | undefined;

  constructor(options: QuietReaderOptions) {
    this.#options = options;
  }

  connected(): void {
    this.#isConnected = true;
    this.#tried.clear();
    this.wake();
  }

  disconnected(): void {
    this.#isConnected = false;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** There may be something to read. */
  wake(afterMs = READ_AFTER_MS): void {
    if (!this.#isConnected || this.#cancel !== undefined) return;
    this.#cancel = this.#options.clock.after(afterMs, () => {
      this.#cancel = undefined;
      void this.#readNext();
    });
  }

  async #readNext(): Promise<void> {
    const stream = this.#options.next(this.#tried);
    if (stream === undefined) return;
    this.#tried.add(stream);
    try {
      await this.#options.read(stream);
      this.wake(READ_EVERY_MS);
    } catch (error) {
      // Refused for now, or for this room; without a connection the next one begins anew.
      const waitMs = error instanceof SottoError ? error.retryAfterMs : 0;
      if (error instanceof SottoError) this.wake(Math.max(READ_AFTER_MS, waitMs));
    }
  }
}
