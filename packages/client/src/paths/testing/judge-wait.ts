/** [PATH-3] [RECONNECT-2]: how long a client is offline between two searches. */
import type { Book } from './book.ts';
import { type Complain, GRAIN_MS } from './facts.ts';

const WAIT_MAX_MS = 10_000;
/** The waits begin anew after a path that lasted. */
const FIRST_WAIT_MAX_MS = 250;
const LASTING_MS = 5_000;

export class WaitJudge {
  readonly #book: Book;
  readonly #complain: Complain;

  constructor(book: Book, complain: Complain) {
    this.#book = book;
    this.#complain = complain;
  }

  /** `notBeforeMs`: what the server said. */
  check(untilMs: number, notBeforeMs: number): void {
    const { now, input, stayMs, stuck } = this.#book;
    const waitMs = untilMs - now;
    if (!stuck) this.#complain('waits although a path works');
    const asked = Math.max(0, notBeforeMs - now);
    const isFirst = input.kind === 'ended' && stayMs >= LASTING_MS;
    const longest = Math.max(isFirst ? FIRST_WAIT_MAX_MS : WAIT_MAX_MS, asked);
    if (waitMs > longest + GRAIN_MS)
      this.#complain(`[RECONNECT-2] waits for ${waitMs} ms, not ${longest} at most`);
    if (waitMs < asked - GRAIN_MS) this.#complain('[RECONNECT-2] waits less than the server asked for');
  }
}
