/** A process that can be killed: its timers stop, and what it asked of the disk is done, or not, but never answered. Its machine may sleep. */
import type { Clock } from '@sotto/protocol';
import type { RandomNumber } from '@sotto/protocol/testing';
import type { Store } from '@sotto/server/testing';

type Task = () => void;

export class Mortal implements Clock {
  readonly #clock: Clock;
  #dead = false;
  #asleep = false;
  /** What happened while it slept and was not dealt with yet, in order. */
  #backlog: Task[] = [];
  #dueTimers: Task[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get dead(): boolean {
    return this.#dead;
  }

  get asleep(): boolean {
    return this.#asleep;
  }

  kill(): void {
    this.#dead = true;
    this.#backlog = [];
    this.#dueTimers = [];
  }

  /** The clock goes on; timers and the network wait. */
  sleep(): void {
    this.#asleep = true;
  }

  wake(timersFirst: boolean): void {
    if (!this.#asleep) return;
    this.#asleep = false;
    const timers = this.#dueTimers;
    this.#dueTimers = [];
    this.#backlog = timersFirst ? [...timers, ...this.#backlog] : [...this.#backlog, ...timers];
    this.#work();
  }

  now = (): number => this.#clock.now();

  after = (delayMs: number, task: Task): Task => {
    let cancelled = false;
    const run = () => {
      if (!cancelled && !this.#dead) task();
    };
    const stop = this.#clock.after(delayMs, () => {
      if (this.#asleep) this.#dueTimers.push(run);
      else run();
    });
    return () => {
      cancelled = true;
      stop();
    };
  };

  /** Carries out what the network brings, behind what came before. */
  readonly meet = (task: Task): void => {
    if (this.#dead) return;
    if (this.#asleep || this.#backlog.length > 0) this.#backlog.push(task);
    else task();
  };

  /** One after the other, each with all that follows from it. */
  #work(): void {
    if (this.#backlog.length === 0) return;
    this.#clock.after(0, () => {
      if (this.#asleep) return;
      this.#backlog[0]?.();
      this.#backlog.shift();
      this.#work();
    });
  }
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
  const parts = Object.entries(store).map(([name, part]) =>
    name === 'failed' || typeof part === 'function' ? [name, part] : [name, guard(part)],
  );
  return { ...Object.fromEntries(parts), close: async () => {} };
}

const wait = (clock: Clock, milliseconds: number): Promise<void> =>
  new Promise((resolve) => void clock.after(milliseconds, resolve));

const never = <T>(): Promise<T> => new Promise<T>(() => {});
