import type { Seat } from '../io.ts';
import { progressRows } from '../text/progress.ts';
import type { Transfer } from './transfers.ts';

const EVERY_MS = 200;

/** Keeps a row for each transfer in front of somebody's eyes, drawn a few times a second at most. */
export class Board {
  readonly #seat: Seat | undefined;
  readonly #transfers: () => readonly Transfer[];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #drawnAtMs = -EVERY_MS;
  #stopped = false;

  constructor(seat: Seat | undefined, transfers: () => readonly Transfer[]) {
    this.#seat = seat;
    this.#transfers = transfers;
  }

  /** At the end at once, so that no row outlives its transfer. */
  changed(): void {
    if (this.#seat === undefined || this.#stopped) return;
    const waitMs = this.#transfers().length === 0 ? 0 : this.#drawnAtMs + EVERY_MS - performance.now();
    if (waitMs <= 0) this.#draw();
    else this.#timer ??= setTimeout(() => this.#draw(), waitMs);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#seat?.showAbove(() => []);
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#drawnAtMs = performance.now();
    const transfers = this.#transfers();
    this.#seat?.showAbove((columns) => progressRows(transfers, columns));
  }
}
