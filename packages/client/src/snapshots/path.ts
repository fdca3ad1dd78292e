/** The path in use, looked at once a second while somebody listens. */
import type { Clock } from '@sotto/protocol';
import type { LivePath, Snapshot } from '../types.ts';
import { Cell } from './cell.ts';
import { hasSameFields } from './same.ts';

const EVERY_MS = 1_000;

export class PathWatch implements Snapshot<LivePath | undefined> {
  readonly #clock: Clock;
  readonly #cell: Cell<LivePath | undefined>;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, read: () => LivePath | undefined) {
    this.#clock = clock;
    this.#cell = new Cell({
      read,
      isSame: isSamePath,
      onInterest: (isWanted) => (isWanted ? this.#look() : this.#rest()),
    });
  }

  /** Looks anew where nobody listens: nothing else would. */
  get = (): LivePath | undefined => {
    if (!this.#cell.isWanted) this.#cell.mark();
    return this.#cell.get();
  };

  get onChange(): Snapshot<unknown>['onChange'] {
    return this.#cell.onChange;
  }

  /** It is another one, silent, or about to be left. */
  mark(): void {
    this.#cell.mark();
  }

  #look(): void {
    this.#cell.mark();
    this.#cancel = this.#clock.after(EVERY_MS, () => this.#look());
  }

  #rest(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}

function isSamePath(one: LivePath | undefined, other: LivePath | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const { facts, ...path } = one;
  const { facts: otherFacts, ...otherPath } = other;
  return hasSameFields(path, otherPath) && hasSameFields(facts, otherFacts);
}
