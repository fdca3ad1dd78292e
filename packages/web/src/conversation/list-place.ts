/**
 * Where a list of messages is scrolled to. What is read stays in its place whatever is added, removed or changes its height;
 * at the end, the list stays at the end. Rows are elements with `data-index`; the list's other elements are its space above
 * and below them.
 */
import type { Landing } from '@sotto/app';
import { DrawnRows, type Keyed, type Span } from './drawn-rows.ts';

/** Nearer than that to the end is at the end. */
export const AT_END_PX = 40;
/** What was seen is found again by one of so many rows: some may be gone. */
const MARKS_MAX = 6;

type Goal = { at: number | 'end'; align: 'start' | 'center' | 'nearest' };

type Place = Span & { at: number };

/** An edge of a row that was seen. */
interface Mark {
  key: string;
  edge: 'top' | 'bottom';
  y: number;
}

export class ListPlace<T extends Keyed> {
  readonly rows = new DrawnRows<T>();
  #box: HTMLElement | undefined;
  #goal: Goal | undefined;
  #isAtEnd = true;
  #marks: readonly Mark[] = [];
  #top = 0;
  #wasHidden = false;
  #awaited: Goal | undefined;

  /** Also while the last row has grown and the list has not followed yet. */
  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  /** Before it is drawn first. */
  begin(items: readonly T[], landing: Landing): void {
    this.rows.begin(items, goalOf(items, landing).at, window.innerHeight);
  }

  /** While it is drawn. The same list again changes nothing. */
  follow(items: readonly T[]): void {
    this.rows.follow(items, this.#isAtEnd, this.#windowPx);
  }

  /** `changed`: other rows are to be drawn. */
  attach(box: HTMLElement, changed: () => void): () => void {
    this.#box = box;
    const observer = new ResizeObserver(() => {
      if (this.settle()) changed();
    });
    observer.observe(box);
    for (const each of box.children) observer.observe(each);
    return () => observer.disconnect();
  }

  land(landing: Landing): void {
    this.#go(goalOf(this.rows.items, landing));
  }

  /** Brings it into view. */
  show(at: number): void {
    this.#go({ at, align: 'nearest' });
  }

  /** What was drawn is put into its place; true where other rows are to be drawn. */
  settle(): boolean {
    const box = this.#shown();
    if (box === undefined) return false;
    const places = this.#places(box);
    if (this.#waitsToBeDrawn(places)) return true;
    if (this.#goal !== undefined) this.#reach(box, places, this.#goal);
    else if (this.#isAtEnd && !this.#wentUp(box)) scroll(box, box.scrollHeight);
    else this.#restore(box, places);
    const isChanged = this.#cover(box, places);
    if (!isChanged) this.#goal = undefined;
    this.#remember(box, places, this.#isAtEnd);
    return isChanged;
  }

  /** What is to be seen is among the rows, and was not drawn yet: once for each time it is asked for. */
  #waitsToBeDrawn(places: readonly Place[]): boolean {
    const goal = this.#goal;
    const isMissing = goal !== undefined && goal.at !== 'end' && !places.some(({ at }) => at === goal.at);
    const waits = isMissing && this.#awaited !== goal;
    this.#awaited = goal;
    return waits;
  }

  /** The reader scrolled, or what was asked for happened; true where other rows are to be drawn. */
  scrolled(): boolean {
    const box = this.#shown();
    if (box === undefined) return false;
    const places = this.#places(box);
    const isChanged = this.#cover(box, places);
    const wentUp = this.#wentUp(box);
    // Told of before a row that has grown since: the end is there in a moment, and nobody has left it.
    const stays = this.#isAtEnd && !wentUp;
    this.#remember(box, places, !wentUp);
    this.#isAtEnd ||= stays;
    return isChanged;
  }

  /** undefined while it is not in the page: in a narrow window something else may stand in its place. */
  #shown(): HTMLElement | undefined {
    const box = this.#box;
    const isHidden = box === undefined || box.clientHeight === 0;
    if (!isHidden && this.#wasHidden) scroll(box, this.#isAtEnd ? box.scrollHeight : this.#top);
    this.#wasHidden = isHidden;
    return isHidden ? undefined : box;
  }

  /** Since it was looked at last. What has become shorter is at its end all the same. */
  #wentUp({ scrollTop, scrollHeight, clientHeight }: HTMLElement): boolean {
    return scrollTop < Math.min(this.#top, scrollHeight - clientHeight) - 1;
  }

  #go(goal: Goal): void {
    this.#goal = goal;
    this.rows.reach(goal.at, this.#windowPx);
  }

  get #windowPx(): number {
    return this.#box?.clientHeight || window.innerHeight;
  }

  #reach(box: HTMLElement, places: readonly Place[], { at, align }: Goal): void {
    this.#isAtEnd = at === 'end';
    if (at === 'end') {
      scroll(box, box.scrollHeight);
      return;
    }
    const row = places.find((place) => place.at === at);
    if (row === undefined) return;
    const { top, bottom } = row;
    const { scrollTop, clientHeight } = box;
    if (align === 'start') scroll(box, top);
    else if (align === 'center') scroll(box, Math.min(top, (top + bottom - clientHeight) / 2));
    else if (top < scrollTop) scroll(box, top);
    else if (bottom > scrollTop + clientHeight) scroll(box, Math.min(top, bottom - clientHeight));
  }

  #restore(box: HTMLElement, places: readonly Place[]): void {
    for (const { key, edge, y } of this.#marks) {
      const place = places.find(({ at }) => this.rows.items[at]?.key === key);
      if (place === undefined) continue;
      const movedBy = place[edge] - y;
      if (Math.abs(movedBy) >= 0.5) scroll(box, box.scrollTop + movedBy);
      return;
    }
  }

  #cover(box: HTMLElement, places: readonly Place[]): boolean {
    const [first, last] = [places[0], places.at(-1)];
    if (first === undefined || last === undefined) return false;
    for (const { at, top, bottom } of places) {
      const item = this.rows.items[at];
      if (item !== undefined) this.rows.measured(item.key, bottom - top);
    }
    return this.rows.cover(spanSeen(box), { top: first.top, bottom: last.bottom });
  }

  /** What is seen, and whether that is the end: where one has just gone up from it, a little above is not. */
  #remember(box: HTMLElement, places: readonly Place[], isNearEnough: boolean): void {
    const { top, bottom } = spanSeen(box);
    this.#top = top;
    this.#isAtEnd = box.scrollHeight - bottom <= (isNearEnough ? AT_END_PX : 1);
    const from = places.findIndex((place) => place.bottom > top);
    this.#marks = places.slice(Math.max(0, from), from + MARKS_MAX).map((place): Mark => {
      // Of what is longer than the window the beginning was seen first.
      const edge = place.bottom > bottom ? 'top' : 'bottom';
      return { key: this.rows.items[place.at]?.key ?? '', edge, y: place[edge] };
    });
  }

  /** Rows that are drawn in their place, by where they are in all that can be scrolled. */
  #places(box: HTMLElement): readonly Place[] {
    const origin = box.getBoundingClientRect().top - box.scrollTop;
    const found: Place[] = [];
    for (const element of box.querySelectorAll<HTMLElement>(':scope > * > [data-index]')) {
      const at = Number(element.dataset.index);
      if (!this.rows.has(at)) continue;
      const { top, bottom } = element.getBoundingClientRect();
      found.push({ at, top: top - origin, bottom: bottom - origin });
    }
    return found;
  }
}

const spanSeen = ({ scrollTop, clientHeight }: HTMLElement): Span => ({
  top: scrollTop,
  bottom: scrollTop + clientHeight,
});

function scroll(box: HTMLElement, top: number): void {
  if (box.scrollTop !== top) box.scrollTop = top;
}

function goalOf(items: readonly Keyed[], landing: Landing): Goal {
  const at = landing.kind === 'item' ? items.findIndex(({ key }) => key === landing.key) : -1;
  return landing.kind === 'item' && at >= 0 ? { at, align: landing.align } : { at: 'end', align: 'nearest' };
}
