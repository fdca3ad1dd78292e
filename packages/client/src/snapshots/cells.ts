/** Snapshots of many things of one kind, each made when it is first asked for. */
import { Cell, type CellOptions } from './cell.ts';

/** Beyond so many, those that nobody listens to are let go of; whoever still holds one reads what is true all the same. */
const CELLS_MAX = 10_000;

export interface CellsOptions<K, T> {
  read(key: K): T;
  isSame?: CellOptions<T>['isSame'];
  /** Somebody listens to the one of this key now, or nobody any more. */
  onInterest?(key: K, isWanted: boolean): void;
}

export class Cells<K, T> {
  readonly #options: CellsOptions<K, T>;
  readonly #cells = new Map<K, Cell<T>>();
  /** Of those that were let go of as well. */
  readonly #wanted = new Map<K, Set<Cell<T>>>();

  constructor(options: CellsOptions<K, T>) {
    this.#options = options;
  }

  /** Those that somebody listens to, in the order in which that began. */
  get wanted(): Iterable<K> {
    return this.#wanted.keys();
  }

  isWanted(key: K): boolean {
    return this.#wanted.has(key);
  }

  of(key: K): Cell<T> {
    const known = this.#cells.get(key);
    if (known !== undefined) return known;
    if (this.#cells.size >= CELLS_MAX) this.#letGo();
    const cell = this.#make(key);
    this.#cells.set(key, cell);
    return cell;
  }

  mark(key: K): void {
    this.#cells.get(key)?.mark();
    for (const cell of this.#wanted.get(key) ?? []) cell.mark();
  }

  markAll(): void {
    for (const key of new Set([...this.#cells.keys(), ...this.#wanted.keys()])) this.mark(key);
  }

  #make(key: K): Cell<T> {
    const { read, isSame } = this.#options;
    const cell: Cell<T> = new Cell({
      read: () => read(key),
      ...(isSame === undefined ? {} : { isSame }),
      onInterest: (isWanted) => this.#interest(key, cell, isWanted),
    });
    return cell;
  }

  #interest(key: K, cell: Cell<T>, isWanted: boolean): void {
    const before = this.#wanted.get(key);
    const cells = before ?? new Set();
    if (isWanted) this.#wanted.set(key, cells.add(cell));
    else cells.delete(cell);
    if (cells.size === 0) this.#wanted.delete(key);
    if ((before !== undefined) !== this.#wanted.has(key)) this.#options.onInterest?.(key, isWanted);
  }

  #letGo(): void {
    for (const [key, cell] of this.#cells) {
      if (cell.isWanted) continue;
      cell.leave();
      this.#cells.delete(key);
    }
  }
}
