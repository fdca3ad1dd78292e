import type { UserNumber } from '@sotto/model';
import type { UserReference } from '@sotto/schema';
import type { UserRecord } from '../accounts/store.ts';

/** What rooms ask of accounts. */
export interface UserDirectory {
  find(reference: UserReference): Promise<UserRecord | undefined>;
  /** As `find`, for each in order. */
  findAll(references: readonly UserReference[]): Promise<(UserRecord | undefined)[]>;
  /** Those that exist, in the order given. */
  byNumbers(users: readonly UserNumber[]): Promise<UserRecord[]>;
}
