/** The accounts domain on a clock that tests move, over storage that survives `restart`. */
import type { Clock, Random } from '@sotto/protocol';
import { openStore } from '../../storage/open.ts';
import { type Accounts, type AccountsOptions, createAccounts } from '../accounts.ts';
import { OpaqueServer } from '../opaque.ts';
import type { AccountStore } from '../store.ts';

/** Starts in the year 2001; delays of 0 pass by themselves, others when a test says so. */
export class ManualClock implements Clock {
  #now = 1_000_000_000_000;
  #timers: { at: number; task: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(delayMs: number, task: () => void): () => void {
    if (delayMs === 0) {
      const timer = setTimeout(task, 0);
      return () => clearTimeout(timer);
    }
    const timer = { at: this.#now + delayMs, task };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Also lets what the due timers started come to rest. */
  async advance(ms: number): Promise<void> {
    this.#now += ms;
    const due = this.#timers.filter(({ at }) => at <= this.#now);
    this.#timers = this.#timers.filter((timer) => !due.includes(timer));
    for (const { task } of due) task();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

export const random: Random = { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) };

const SECRET = await OpaqueServer.createSetup();

export interface World {
  readonly accounts: Accounts;
  readonly store: AccountStore;
  readonly clock: ManualClock;
  readonly failures: unknown[];
  /** The same data under a new process. */
  restart(changes?: Partial<AccountsOptions>): Promise<World>;
}

/** The real storage, in memory and in this thread. */
export async function makeStore(): Promise<AccountStore> {
  const options = { url: ':memory:', inThread: true, uuid: () => crypto.randomUUID() };
  return { ...(await openStore(options)).accounts };
}

export async function makeWorld(options: Partial<AccountsOptions> = {}): Promise<World> {
  const store = options.store ?? (await makeStore());
  const clock = new ManualClock();
  return start({ store, clock, ...options }, store, clock);
}

async function start(
  options: Partial<AccountsOptions>,
  store: AccountStore,
  clock: ManualClock,
): Promise<World> {
  const failures: unknown[] = [];
  const accounts = await createAccounts({
    random,
    secret: SECRET,
    registration: 'open',
    onFailure: (failure) => failures.push(failure),
    store,
    clock,
    ...options,
  });
  const restart = (changes: Partial<AccountsOptions> = {}) => start({ ...options, ...changes }, store, clock);
  return { accounts, store, clock, failures, restart };
}
