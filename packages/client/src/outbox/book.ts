/** The messages that the outbox has, in the order of sending, and what callers see of them. */
import { Changes } from '../timeline/changes.ts';
import type { OutgoingMessage } from '../types.ts';
import type { Item } from './item.ts';

export class Book implements Iterable<Item> {
  /** By client message id. */
  readonly #items = new Map<string, Item>();
  readonly #changes = new Changes<void>(undefined);
  readonly #onChange: () => void;
  #views: readonly OutgoingMessage[] | undefined;
  #failed = 0;

  constructor(earlier: readonly Item[], onChange: () => void) {
    this.#onChange = onChange;
    for (const item of earlier) this.#put(item);
  }

  /** All of them. */
  get size(): number {
    return this.#items.size;
  }

  /** Without those that failed. */
  get waiting(): number {
    return this.#items.size - this.#failed;
  }

  /** The same array until something changes. */
  get views(): readonly OutgoingMessage[] {
    this.#views ??= [...this.#items.values()].map(({ view }) => view);
    return this.#views;
  }

  [Symbol.iterator](): Iterator<Item> {
    return this.#items.values();
  }

  get(clientMessageId: string): Item | undefined {
    return this.#items.get(clientMessageId);
  }

  /** Not one that was taken out, also where another has its id by now. */
  has(item: Item): boolean {
    return this.#items.get(item.id) === item;
  }

  /** Behind all others. */
  add(item: Item): void {
    this.#put(item);
    this.changed();
  }

  remove(item: Item): void {
    if (!this.has(item)) return;
    this.#items.delete(item.id);
    if (item.state === 'failed') this.#failed -= 1;
    this.changed();
  }

  /** One that is here failed just now. */
  failed(): void {
    this.#failed += 1;
    this.changed();
  }

  clear(): void {
    this.#items.clear();
    this.#failed = 0;
    this.changed();
  }

  onChange(listener: () => void): () => void {
    return this.#changes.onChange(listener);
  }

  #put(item: Item): void {
    this.#items.set(item.id, item);
    if (item.state === 'failed') this.#failed += 1;
  }

  changed(): void {
    this.#views = undefined;
    this.#changes.tell();
    this.#onChange();
  }
}
