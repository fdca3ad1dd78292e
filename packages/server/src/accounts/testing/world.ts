/** The accounts domain on a clock that tests move, over storage that survives `restart`. */
import type { Clock, Random } from '@sotto/protocol';
import { VirtualClock } from '@sotto/protocol/testing';
import { openStore } from '../../storage/open.ts';
import { type Accounts, type AccountsOptions, createAccounts } from '../accounts.ts';
import { OpaqueServer } from '../opaque.ts';
import type { AccountStore } from '../store.ts';

/** Delays of 0, which spread work over turns of the event loop, pass by themselves; others when a test says so. */
const selfTurning = (clock: Clock): Clock => ({
  now: clock.now,
  after(delayMs, task) {
    if (delayMs > 0) return clock.after(delayMs, task);
    const turn = setImmediate(task);
    return () => clearImmediate(turn);
  },
});

export const random: Random = { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) };

const SECRET = await OpaqueServer.createSetup();

export interface World {
  readonly accounts: Accounts;
  readonly store: AccountStore;
  readonly clock: VirtualClock;
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
  const clock = new VirtualClock();
  return start(options, store, clock);
}

async function start(
  options: Partial<AccountsOptions>,
  store: AccountStore,
  clock: VirtualClock,
): Promise<World> {
  const failures: unknown[] = [];
  const accounts = await createAccounts({
    random,
    secret: SECRET,
    registration: 'open',
    onFailure: (failure) => failures.push(failure),
    store,
    clock: selfTurning(clock),
    ...options,
  });
  const restart = (changes: Partial<AccountsOptions> = {}) => start({ ...options, ...changes }, store, clock);
  return { accounts, store, clock, failures, restart };
}
