/** How long members wait between two messages, where their room says so (M10). */
import { outranks, type RoomNumber, type UserNumber } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { type Asker, type RoomState, standing } from '../rooms/directory.ts';

/** Members of rooms whose last message is remembered; who was silent longest is forgotten first. */
const REMEMBERED_MAX = 100_000;

export class SlowMode {
  /** When each wrote last, the earliest first. Gone after a restart. */
  readonly #wroteMs = new Map<string, number>();

  /** Call for each message, right before it is handed to the log. Throws RATE_LIMITED with the time to wait [SLOW-1]. */
  take(state: RoomState, user: Asker, nowMs: number): void {
    const { number, settings } = state.record;
    if (settings.slowModeSeconds === 0 || outranks(standing(state, user), 'member')) return;
    const key = keyOf(number, user.number);
    const waitMs = (this.#wroteMs.get(key) ?? -Infinity) + settings.slowModeSeconds * 1_000 - nowMs;
    if (waitMs > 0) throw new SottoError(ErrorCode.RATE_LIMITED, 'slow mode', waitMs);
    this.#wroteMs.delete(key);
    this.#wroteMs.set(key, nowMs);
    if (this.#wroteMs.size > REMEMBERED_MAX) this.#forgetOldest();
  }

  #forgetOldest(): void {
    const [oldest] = this.#wroteMs.keys();
    if (oldest !== undefined) this.#wroteMs.delete(oldest);
  }
}

const keyOf = (room: RoomNumber, user: UserNumber): string => `${room}:${user}`;
