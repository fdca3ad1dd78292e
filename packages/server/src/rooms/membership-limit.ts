import { SUBSCRIPTIONS_MAX, type UserNumber } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { KeyedLock } from '../keyed-lock.ts';
import type { RoomStore } from './store.ts';
import type { UserDirectory } from './users.ts';

/**
 * In how many rooms an account may be, made, joined, added to and direct ones alike [ROOM-7]. Others can bring an
 * account into rooms, and what is granted at login names all of them. Nobody logs in to an assistant: it may be in any number.
 */
export class MembershipLimit {
  readonly #store: Pick<RoomStore, 'memberships'>;
  readonly #users: Pick<UserDirectory, 'byNumbers'>;
  readonly #entering = new KeyedLock();

  constructor(store: Pick<RoomStore, 'memberships'>, users: Pick<UserDirectory, 'byNumbers'>) {
    this.#store = store;
    this.#users = users;
  }

  /** Runs `enter`, which makes each of `users` a member of one more room; one entry of a user at a time, so that none slips by. */
  within<T>(users: readonly UserNumber[], enter: () => Promise<T>): Promise<T> {
    const entering = [...new Set(users)];
    return this.#entering.run(entering.map(String), async () => {
      const known = await this.#users.byNumbers(entering);
      for (const { number, assistant } of known) if (!assistant) await this.#check(number);
      return enter();
    });
  }

  async #check(user: UserNumber): Promise<void> {
    const { length } = await this.#store.memberships(user);
    if (length >= SUBSCRIPTIONS_MAX) throw new SottoError(ErrorCode.LIMIT_REACHED, `${length} rooms`);
  }
}
