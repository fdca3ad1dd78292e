/**
 * Which rows of a long list are in the page, and how high the rest is taken to be. Pure. Heights of rows that were never
 * drawn are a guess: whoever scrolls keeps what is seen in its place, so that a wrong one is not seen.
 */
const ROW_PX = 48;
/** What is drawn beyond what is seen: at least, as much as is aimed at, at most. */
const NEAR_PX = { least: 200, wanted: 400, most: 700 } as const;
/** More rows than are ever seen at a time. */
const ROWS_MAX = 90;

export interface Keyed {
  key: string;
}

export interface Span {
  top: number;
  bottom: number;
}

export class DrawnRows<T extends Keyed> {
  #items: readonly T[] = [];
  /** The first one, and the one behind the last. */
  #from = 0;
  #to = 0;
  readonly #heights = new Map<string, number>();
  readonly #sums = { above: new Sum(), below: new Sum() };

  get items(): readonly T[] {
    return this.#items;
  }

  get from(): number {
    return this.#from;
  }

  get to(): number {
    return this.#to;
  }

  get abovePx(): number {
    return this.#sums.above.of(this.#items, 0, this.#from, this.#heightOf);
  }

  get belowPx(): number {
    return this.#sums.below.of(this.#items, this.#to, this.#items.length, this.#heightOf);
  }

  has(at: number): boolean {
    return at >= this.#from && at < this.#to;
  }

  /** A list that begins: as much of it as a window of this height may need. */
  begin(items: readonly T[], at: number | 'end', windowPx: number): void {
    this.#items = items;
    this.#around(at, windowPx);
  }

  /** The same rows of what the list is now; with `isAtEnd` also what was added behind them. */
  follow(items: readonly T[], isAtEnd: boolean, windowPx: number): void {
    const before = this.#items;
    if (before === items) return;
    const [from, to, wasEnd] = [this.#from, this.#to, this.#to === before.length];
    this.#items = items;
    const grownBy = items.length - before.length;
    const drawn = before.slice(from, to);
    const placeOf = (row: T, at: number) => indexNear(items, row.key, at, grownBy);
    const first = drawn.map((row, at) => placeOf(row, from + at)).find((at) => at >= 0);
    if (first === undefined || (isAtEnd && items.length - first > ROWS_MAX)) {
      this.#around('end', windowPx);
      return;
    }
    const last = drawn.findLastIndex((row, at) => placeOf(row, from + at) >= 0);
    const lastRow = drawn[last];
    this.#from = first;
    this.#to = isAtEnd && wasEnd ? items.length : lastRow ? placeOf(lastRow, from + last) + 1 : first + 1;
  }

  /** The row, and what is around it, where it is not drawn. */
  reach(at: number | 'end', windowPx: number): void {
    const wanted = at === 'end' ? this.#items.length - 1 : at;
    if (!this.has(wanted)) this.#around(at, windowPx);
  }

  measured(key: string, px: number): void {
    this.#heights.set(key, px);
  }

  /** Draws more, or less, as is seen of what is drawn; whether anything changed. */
  cover(seen: Span, drawn: Span): boolean {
    const { top, bottom } = drawn;
    const [from, to] = [this.#from, this.#to];
    if (seen.top - top < NEAR_PX.least) this.#growUp(top, seen.top - NEAR_PX.wanted);
    if (bottom - seen.bottom < NEAR_PX.least) this.#growDown(bottom, seen.bottom + NEAR_PX.wanted);
    if (seen.top - top > NEAR_PX.most) this.#shrinkDown(top, seen.top - NEAR_PX.wanted);
    if (bottom - seen.bottom > NEAR_PX.most) this.#shrinkUp(bottom, seen.bottom + NEAR_PX.wanted);
    return from !== this.#from || to !== this.#to;
  }

  #around(at: number | 'end', windowPx: number): void {
    const rows = Math.ceil((windowPx + NEAR_PX.wanted) / ROW_PX);
    const end = this.#items.length;
    const place = at === 'end' ? end : at;
    this.#from = Math.max(0, Math.min(place, end) - rows);
    this.#to = Math.min(end, place + rows);
  }

  #growUp(top: number, wanted: number): void {
    for (let px = top; px > wanted && this.#from > 0; px -= this.#heightAt(this.#from)) this.#from -= 1;
  }

  #growDown(bottom: number, wanted: number): void {
    for (let px = bottom; px < wanted && this.#to < this.#items.length; this.#to += 1)
      px += this.#heightAt(this.#to);
  }

  #shrinkDown(top: number, wanted: number): void {
    let px = top + this.#heightAt(this.#from);
    while (px < wanted && this.#from < this.#to - 1) {
      this.#from += 1;
      px += this.#heightAt(this.#from);
    }
  }

  #shrinkUp(bottom: number, wanted: number): void {
    let px = bottom - this.#heightAt(this.#to - 1);
    while (px > wanted && this.#to > this.#from + 1) {
      this.#to -= 1;
      px -= this.#heightAt(this.#to - 1);
    }
  }

  #heightAt(at: number): number {
    const item = this.#items[at];
    return item === undefined ? 0 : this.#heightOf(item);
  }

  readonly #heightOf = ({ key }: Keyed): number => this.#heights.get(key) ?? ROW_PX;
}

/** The height of a run of rows, added up again only where it is another run. */
class Sum {
  #known = '';
  #px = 0;

  of<T extends Keyed>(items: readonly T[], from: number, to: number, heightOf: (item: T) => number): number {
    const run = `${to - from} ${items[from]?.key} ${items[to - 1]?.key}`;
    if (run === this.#known) return this.#px;
    this.#known = run;
    this.#px = 0;
    for (let at = from; at < to; at += 1) this.#px += heightOf(items[at] as T);
    return this.#px;
  }
}

/** Where it was, or as much later as the list has grown; else wherever it is, -1 where it is gone. */
function indexNear<T extends Keyed>(items: readonly T[], key: string, at: number, grownBy: number): number {
  if (items[at]?.key === key) return at;
  if (items[at + grownBy]?.key === key) return at + grownBy;
  return items.findIndex((item) => item.key === key);
}
