/** A process that can be killed: its timers stop, and what it asked of the disk is done, or not, but never answered. */
import type { Clock } from '@sotto/protocol';
import type { RandomNumber } from '@sotto/protocol/testing';
import type { Store } from '@sotto/server/testing';

export class Mortal implements Clock {
  readonly #clock: Clock;
  #dead = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get dead(): boolean {
    return this.#dead;
  }

  kill(): void {
    this.#dead = true;
  }

  now = (): number => this.#clock.now();

  after = (delayMs: number, task: () => void): (() => void) =>
    this.#clock.after(delayMs, () => {
      if (!this.#dead) task();
    });
}

/** Longest time one operation waits for the disk, and its answer for the process. */
const DISK_MAX_MS = 6;

/**
 * The store as one process sees it: operations run one after another, each taking its time. At the death of the process the
 * one at the disk is done or not, as chance has it; those behind it never happen.
 */
export function mortalStore(store: Store, life: Mortal, clock: Clock, random: RandomNumber): Store {
  let last: Promise<unknown> = Promise.resolve();
  let undecided = true;

  function operate<T>(operation: () => Promise<T>): Promise<T> {
    const turn = last.then(async () => {
      await wait(clock, random(DISK_MAX_MS));
      if (life.dead && !(undecided && random(2) === 0)) return never<T>();
      if (life.dead) undecided = false;
      const result = await operation();
      return life.dead ? never<T>() : result;
    });
    last = turn.catch(() => {});
    return turn;
  }

  const guard = <Part extends object>(part: Part): Part =>
    new Proxy(part, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) => operate(() => Reflect.apply(method, target, args) as Promise<unknown>);
      },
    });
  return {
    events: guard(store.events),
    rooms: guard(store.rooms),
    accounts: guard(store.accounts),
    failed: store.failed,
    close: async () => {},
  };
}

const wait = (clock: Clock, milliseconds: number): Promise<void> =>
  new Promise((resolve) => void clock.after(milliseconds, resolve));

const never = <T>(): Promise<T> => new Promise<T>(() => {});
