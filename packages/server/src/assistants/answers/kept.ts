/** Private answers that have ended, so that their session can still hear of that [REPLY-6]. */
import { PRIVATE_ANSWER_KEPT_MS } from '@sotto/model';
import type { Clock } from '@sotto/protocol';
import type { Answer } from './answer.ts';

/** The oldest go first. */
const KEPT_MAX = 200;

export class KeptAnswers {
  readonly #clock: Clock;
  /** With what keeps each from being forgotten by itself. */
  readonly #kept = new Map<Answer, () => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The newest first. */
  get all(): readonly Answer[] {
    return [...this.#kept.keys()].reverse();
  }

  add(answer: Answer): void {
    const forget = () => this.#kept.delete(answer);
    this.#kept.set(answer, this.#clock.after(PRIVATE_ANSWER_KEPT_MS, forget));
    const [oldest] = this.#kept;
    if (this.#kept.size <= KEPT_MAX || oldest === undefined) return;
    oldest[1]();
    this.#kept.delete(oldest[0]);
  }

  stop(): void {
    for (const cancel of this.#kept.values()) cancel();
    this.#kept.clear();
  }
}
