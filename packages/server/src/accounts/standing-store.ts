/** What suspending, appointing and deleting need of storage. */
import type { RoomNumber, Sequence, SessionId, StreamId, UserNumber } from '@sotto/model';
import type { Act } from './act.ts';
import type { UserRecord } from './store.ts';

export interface Deletion extends Act {
  user: UserNumber;
  /** What stands for the name from here on. */
  tombstone: string;
  /** Its messages are to be erased as well. */
  eraseMessages: boolean;
}

/** A deleted account with something left to do. */
export interface UnfinishedDeletion {
  user: UserRecord;
  mustLeave: boolean;
  mustErase: boolean;
}

/** Each change is one commit, with its entry in the audit log; those that end sessions return the ones that were alive. */
export interface StandingStore {
  suspend(user: UserNumber, reason: string, act: Act): Promise<readonly SessionId[]>;
  restore(user: UserNumber, act: Act): Promise<void>;
  suspendReason(user: UserNumber): Promise<string>;
  /** All of them; without an entry where there was none. */
  endSessions(user: UserNumber, act: Act): Promise<readonly SessionId[]>;
  setAdministrator(user: UserNumber, on: boolean, act: Act): Promise<void>;
  /** Makes the user the server's owner, who there is one of. */
  setOwner(user: UserNumber, act: Act): Promise<void>;
  /** Those whose standing, name or look changed at or after `sinceMs`. */
  usersChangedSince(sinceMs: number): Promise<readonly UserRecord[]>;

  /** Everything that belongs to the account alone is gone; what it is in rooms is still to be ended. False where it is deleted already. */
  deleteAccount(deletion: Deletion): Promise<boolean>;
  /** Ascending by number, those above `after`. */
  unfinishedDeletions(after: UserNumber, limit: number): Promise<readonly UnfinishedDeletion[]>;
  finishDeletion(user: UserNumber, done: 'left' | 'erased'): Promise<void>;
  /** Of all rooms, those above `after`, ascending. */
  roomNumbers(after: RoomNumber, limit: number): Promise<readonly RoomNumber[]>;
  /** Sequences above `after` of what the user wrote in a stream whose content is still there, ascending. */
  writtenBy(user: UserNumber, stream: StreamId, after: Sequence, limit: number): Promise<readonly Sequence[]>;
}
