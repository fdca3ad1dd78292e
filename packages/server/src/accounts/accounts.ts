/** The accounts domain, put together. Used by the gateway and by `sotto admin`; knows nothing of frames or sockets. */
import type { Clock, Random } from '@sotto/protocol';
import { Administration } from './administration.ts';
import { Devices } from './devices.ts';
import { Invites } from './invites.ts';
import { Login } from './login.ts';
import { OpaqueServer } from './opaque.ts';
import type { OwnerCode } from './owner-code.ts';
import { Passwords } from './passwords.ts';
import { type RegistrationPolicy, THROTTLE_POLICIES, type ThrottlePolicies } from './policy.ts';
import { Registration } from './registration.ts';
import { repeat } from './repeat.ts';
import { SecondFactor } from './second-factor.ts';
import { Sessions } from './sessions.ts';
import type { AccountStore } from './store.ts';
import { Throttle } from './throttle.ts';
import { Tokens } from './tokens.ts';
import { Turnstile } from './turnstile.ts';
import { UserChanges } from './user-changes.ts';
import { Users } from './users.ts';

/** How often throttle records that hold nobody up are dropped. */
export const SWEEP_MS = 60 * 60_000;
/** How long the sessions of an API token may outlive it. */
export const TOKEN_SWEEP_MS = 10_000;

export interface AccountsOptions {
  store: AccountStore;
  clock: Clock;
  random: Random;
  /** As `loadSecret` gives it. */
  secret: string;
  registration: RegistrationPolicy;
  /** As `loadOwnerCode` gives it; absent where only this machine's users can reach the server. */
  ownerCode?: OwnerCode;
  throttlePolicies?: ThrottlePolicies;
  /** Told of failures that no request waits for. */
  onFailure: (failure: unknown) => void;
}

export interface Accounts {
  readonly registration: Registration;
  readonly login: Login;
  readonly sessions: Sessions;
  readonly users: Users;
  readonly invites: Invites;
  readonly passwords: Passwords;
  readonly secondFactor: SecondFactor;
  readonly tokens: Tokens;
  readonly devices: Devices;
  readonly administration: Administration;
  /** Of accounts that live connections speak for. */
  readonly changes: UserChanges;
  /** Writes what is pending. */
  close(): Promise<void>;
}

/** Throws Error when `secret` is not a login secret. */
export async function createAccounts(options: AccountsOptions): Promise<Accounts> {
  const { store, clock, throttlePolicies = THROTTLE_POLICIES } = options;
  const throttle = new Throttle(store, clock);
  const sessions = new Sessions(options);
  const shared = {
    ...options,
    throttlePolicies,
    throttle,
    opaque: await OpaqueServer.open(options.secret),
    turnstile: new Turnstile(clock),
    sessions,
    secondFactor: new SecondFactor(options),
    changes: new UserChanges(options),
  };
  const users = new Users(options);
  const tokens = new Tokens(shared);
  const stopSweeping = repeat(clock, SWEEP_MS, () => {
    throttle.sweep(Object.values(throttlePolicies)).catch(options.onFailure);
  });
  const stopExpiring = repeat(clock, TOKEN_SWEEP_MS, () => {
    tokens.sweep().catch(options.onFailure);
  });
  return {
    registration: new Registration({ ...shared, policy: options.registration }),
    login: new Login(shared),
    sessions,
    users,
    invites: new Invites(options),
    passwords: new Passwords(shared),
    secondFactor: shared.secondFactor,
    tokens,
    devices: new Devices(shared),
    administration: new Administration(shared),
    changes: shared.changes,
    close: async () => {
      stopSweeping();
      stopExpiring();
      await users.flush();
    },
  };
}
