/** A list of messages by sequence that is brought up to date where something changed, so that what is new is what it costs. */
import type { MessageView } from '../types.ts';
import type { Stretch } from './stretches.ts';

export interface Listing {
  /** All of a stretch, ascending. */
  all(stretch: Stretch): readonly MessageView[];
  /** undefined where it is no message. */
  view(sequence: number): MessageView | undefined;
}

export class Listed {
  readonly #from: Listing;
  #known: { first: number; views: readonly MessageView[] } | undefined;
  /** Of which something else may be shown. */
  readonly #changed = new Set<number>();

  constructor(from: Listing) {
    this.#from = from;
  }

  /** Everything may be another. */
  void(): void {
    this.#known = undefined;
    this.#changed.clear();
  }

  changed(...sequences: readonly number[]): void {
    if (this.#known !== undefined) for (const sequence of sequences) this.#changed.add(sequence);
  }

  /** The same array as before where it says the same. */
  of(stretch: Stretch): readonly MessageView[] {
    if (this.#known?.first !== stretch.first) this.void();
    const views =
      this.#known === undefined ? this.#from.all(stretch) : this.#patched(this.#known.views, stretch);
    this.#known = { first: stretch.first, views };
    this.#changed.clear();
    return views;
  }

  #patched(before: readonly MessageView[], { first, last }: Stretch): readonly MessageView[] {
    let views: MessageView[] | undefined;
    for (const sequence of [...this.#changed].sort((one, other) => one - other)) {
      if (sequence < first || sequence > last) continue;
      const list = views ?? before;
      const at = placeOf(list, sequence);
      const known = list[at]?.sequence === sequence ? list[at] : undefined;
      const view = this.#from.view(sequence);
      if (view === known) continue;
      views ??= [...before];
      views.splice(at, known === undefined ? 0 : 1, ...(view === undefined ? [] : [view]));
    }
    return views ?? before;
  }
}

/** Of the first that is not before `sequence`. What is new is at the end. */
function placeOf(views: readonly MessageView[], sequence: number): number {
  if ((views.at(-1)?.sequence ?? 0) < sequence) return views.length;
  let [from, to] = [0, views.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((views[middle]?.sequence ?? 0) < sequence) from = middle + 1;
    else to = middle;
  }
  return from;
}
