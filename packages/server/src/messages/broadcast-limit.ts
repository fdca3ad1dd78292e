import type { UserNumber } from '@sotto/model';
import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';

/** Messages to everyone that one user may send at once, and how long one takes to come back. */
const BURST = 30;
const REFILL_MS = 2_000;

/** Broadcasts reach everybody, so each user has few of them (M3). */
export class BroadcastLimit {
  readonly #clock: Clock;
  /** When each user's allowance is full again; only users below it are here. */
  readonly #fullAt = new Map<UserNumber, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws RATE_LIMITED with the time to wait. */
  take(user: UserNumber): void {
    const now = this.#clock.now();
    const fullAt = Math.max(this.#fullAt.get(user) ?? now, now) + REFILL_MS;
    const waitMs = fullAt - now - BURST * REFILL_MS;
    if (waitMs > 0) throw new SottoError(ErrorCode.RATE_LIMITED, 'messages to everyone', waitMs);
    this.#fullAt.delete(user);
    this.#fullAt.set(user, fullAt);
    this.#forgetFull(now);
  }

  #forgetFull(now: number): void {
    for (const [user, fullAt] of this.#fullAt) {
      if (fullAt > now) return;
      this.#fullAt.delete(user);
    }
  }
}
