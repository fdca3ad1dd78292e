import { timeLabel } from './words.ts';

/** Messages closer together than this share one time. */
const GROUP_MS = 5 * 60 * 1_000;

/** A line with the time before messages that are not of the same moment as the ones above them. */
export class TimeLines {
  #shownMs: number;

  /** `sinceMs` is the moment that needs no line: now, for what happens live. */
  constructor(sinceMs: number) {
    this.#shownMs = sinceMs;
  }

  before(sentAt: Date): readonly string[] {
    const apart = Math.abs(sentAt.getTime() - this.#shownMs) >= GROUP_MS;
    this.#shownMs = sentAt.getTime();
    return apart ? [`* ${timeLabel(sentAt)}`] : [];
  }
}
