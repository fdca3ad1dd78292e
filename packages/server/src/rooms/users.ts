import type { UserNumber } from '@sotto/model';
import type { UserReference } from '@sotto/schema';
import type { UserRecord } from '../accounts/store.ts';

/** What rooms ask of accounts. */
export interface UserDirectory {
  find(reference: UserReference): Promise<UserRecord | undefined>;
  byNumber(user: UserNumber): Promise<UserRecord | undefined>;
}
