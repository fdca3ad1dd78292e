/** What profiles and settings need of storage. */
import type { Sequence, UserNumber } from '@sotto/model';

export interface ProfileRecord {
  user: UserNumber;
  /** Empty where it is the name. */
  displayName: string;
  about: string;
  statusText: string;
  statusEmoji: string;
  timeZone: string;
  /** The status is shown until then; 0 for ever. */
  statusUntilMs: number;
}

export interface SettingRecord {
  key: string;
  /** An encoded Setting. */
  value: Uint8Array;
}

export interface ProfileStore {
  /** Of those that have one, in any order. */
  profiles(users: readonly UserNumber[]): Promise<readonly ProfileRecord[]>;
  /** False where somebody else is called what looks like `skeleton`; undefined for no display name. */
  saveProfile(profile: ProfileRecord, skeleton: string | undefined, nowMs: number): Promise<boolean>;

  /** Ascending by key, those above `after`, with the inbox's head that they belong to. */
  settings(
    user: UserNumber,
    after: string,
    limit: number,
  ): Promise<{ settings: readonly SettingRecord[]; head: Sequence }>;
  settingCount(user: UserNumber): Promise<number>;
  hasSetting(user: UserNumber, key: string): Promise<boolean>;
}
