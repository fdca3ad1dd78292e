/** `client.account`. */
import { type DeviceNumber, PAGE_MAX, type UserNumber } from '@sotto/model';
import { fromProfile, toProfile } from '../describe/settings.ts';
import { NotConnected } from '../errors.ts';
import type { AccountSettings } from '../settings/settings.ts';
import type * as sdk from '../types.ts';
import { ask, type CallContext } from './context.ts';
import { SecurityCalls } from './security.ts';

export interface AccountCallsOptions {
  context: CallContext;
  settings: AccountSettings;
  /** The account is gone: nothing of it stays here. */
  onDeleted(): Promise<void>;
}

export class AccountCalls implements sdk.AccountArea {
  readonly settings: AccountSettings;
  readonly secondFactor: sdk.SecondFactor;
  readonly tokens: sdk.Tokens;
  readonly #context: CallContext;
  readonly #security: SecurityCalls;
  readonly #onDeleted: () => Promise<void>;

  constructor({ context, settings, onDeleted }: AccountCallsOptions) {
    this.#context = context;
    this.#security = new SecurityCalls(context);
    this.settings = settings;
    this.secondFactor = this.#security.secondFactor;
    this.tokens = this.#security.tokens;
    this.#onDeleted = onDeleted;
  }

  async profile(): Promise<sdk.Profile> {
    const user = this.#me;
    const [profile] = await this.profiles([user]);
    return profile ?? { ...EMPTY, user };
  }

  async profiles(users: readonly UserNumber[]): Promise<readonly sdk.Profile[]> {
    const profiles: sdk.Profile[] = [];
    for (let start = 0; start < users.length; start += PAGE_MAX) {
      const page = await ask(this.#context, 'readProfiles', { users: users.slice(start, start + PAGE_MAX) });
      profiles.push(...page.profiles.map(toProfile));
    }
    for (const { user, displayName } of profiles) this.#context.people.rename(user, displayName);
    return profiles;
  }

  /** Says how the profile is to be, so it may be said twice. */
  async setProfile(changes: sdk.ProfileChanges): Promise<sdk.Profile> {
    const profile = { ...(await this.profile()), ...changes };
    await ask(this.#context, 'setProfile', { profile: fromProfile(profile) });
    this.#context.people.rename(profile.user, profile.displayName);
    return profile;
  }

  devices(): Promise<readonly sdk.Device[]> {
    return this.#security.devices();
  }

  renameDevice(device: DeviceNumber, name: string): Promise<void> {
    return this.#security.renameDevice(device, name);
  }

  revokeDevice(device: DeviceNumber): Promise<void> {
    return this.#security.revokeDevice(device);
  }

  security(): Promise<sdk.SecurityReport> {
    return this.#security.report();
  }

  changePassword(passwords: { old: string; new: string }): Promise<void> {
    return this.#security.changePassword(passwords);
  }

  backupKey(password: string): Promise<Uint8Array | undefined> {
    return this.#security.backupKey(password);
  }

  async delete(password: string): Promise<void> {
    await this.#security.deleteAccount(password);
    await this.#onDeleted();
  }

  get #me(): UserNumber {
    const { me } = this.#context.viewing;
    if (me === undefined) throw new NotConnected('not logged in');
    return me.number;
  }
}

const EMPTY: Omit<sdk.Profile, 'user'> = {
  displayName: '',
  about: '',
  statusText: '',
  statusEmoji: '',
  statusUntil: undefined,
  timeZone: '',
};
