import type { Seat } from './io.ts';

const EVERY_MS = 200;

export type Rows = (columns: number) => readonly string[];
export type ShowAbove = (rows: Rows) => void;

/** What a board has to show: nothing where there are none. */
export interface Shown {
  count(): number;
  rows: Rows;
}

/** Keeps rows in front of somebody's eyes, drawn a few times a second at most. */
export class Board {
  readonly #show: ShowAbove | undefined;
  readonly #shown: Shown;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #drawnAtMs = -EVERY_MS;
  #stopped = false;

  constructor(show: ShowAbove | undefined, shown: Shown) {
    this.#show = show;
    this.#shown = shown;
  }

  /** At the end at once, so that no row outlives what it is about. */
  changed(): void {
    if (this.#show === undefined || this.#stopped) return;
    const waitMs = this.#shown.count() === 0 ? 0 : this.#drawnAtMs + EVERY_MS - performance.now();
    if (waitMs <= 0) this.#draw();
    else this.#timer ??= setTimeout(() => this.#draw(), waitMs);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#show?.(() => []);
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#drawnAtMs = performance.now();
    this.#show?.((columns) => (this.#shown.count() === 0 ? [] : this.#shown.rows(columns)));
  }
}

/** Several boards share the rows above the line that is typed, one below the other. */
export function shareAbove(seat: Seat | undefined): () => ShowAbove | undefined {
  const places: Rows[] = [];
  if (seat === undefined) return () => undefined;
  return () => {
    const at = places.push(() => []) - 1;
    return (rows) => {
      places[at] = rows;
      seat.showAbove((columns) => places.flatMap((place) => place(columns)));
    };
  };
}
