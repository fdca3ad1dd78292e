import type { RoomNumber, Sequence } from '@sotto/model';

/** Without any sign of life; longer than servers wait for what they ask. */
const QUIET_MS = 3 * 60_000;
/** Ends that came before it was known that they were waited for. */
const ENDED_MAX = 200;

/** The questions of this run whose answers come as messages, until they are there: in a pipe they are waited for. */
export class Expected {
  readonly #waiting = new Set<string>();
  readonly #ended = new Set<string>();
  #changed: () => void = () => undefined;

  asked(room: RoomNumber, question: Sequence): void {
    const key = `${room}/${question}`;
    if (!this.#ended.has(key)) this.#waiting.add(key);
  }

  ended(room: RoomNumber, question: Sequence): void {
    const key = `${room}/${question}`;
    this.#waiting.delete(key);
    this.#ended.add(key);
    for (const oldest of this.#ended) if (this.#ended.size > ENDED_MAX) this.#ended.delete(oldest);
    this.#changed();
  }

  /** In a room that was left by then, which is not told. */
  endedSomewhere(question: Sequence): void {
    const key = [...this.#waiting].find((one) => one.endsWith(`/${question}`));
    if (key !== undefined) this.#waiting.delete(key);
    this.#changed();
  }

  /** Something is known of one of them again. */
  alive(): void {
    this.#changed();
  }

  /** Resolves when all are there, or nothing was heard for long. */
  async settled(quietMs = QUIET_MS): Promise<void> {
    while (this.#waiting.size > 0) {
      const { promise, resolve } = Promise.withResolvers<'changed' | 'quiet'>();
      const timer = setTimeout(() => resolve('quiet'), quietMs);
      this.#changed = () => resolve('changed');
      const outcome = await promise;
      clearTimeout(timer);
      if (outcome === 'quiet') return;
    }
  }
}
