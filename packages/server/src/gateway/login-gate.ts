/** Attempts to log in on one connection: three, of 60 seconds each (A2) [LOGIN-1] [LOGIN-2]. */
import { LOGIN_ATTEMPTS_MAX, LOGIN_TIMEOUT_MS, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';

export class LoginGate {
  #attempts = 0;
  #deadline: number;

  constructor(now: number) {
    this.#deadline = now + LOGIN_TIMEOUT_MS;
  }

  /** An attempt begins. Throws once there have been enough. */
  begin(now: number): void {
    if (this.spent) throw new SottoError(ErrorCode.TOO_MANY_ATTEMPTS);
    this.#attempts++;
    this.#deadline = now + LOGIN_TIMEOUT_MS;
  }

  /** The attempt that failed was the last one. */
  get spent(): boolean {
    return this.#attempts >= LOGIN_ATTEMPTS_MAX;
  }

  late(now: number): SottoError | undefined {
    return now >= this.#deadline ? new SottoError(ErrorCode.LOGIN_TIMEOUT) : undefined;
  }
}
