import { QUEUE_EMPTY_PACKETS, WINDOW_MAX_BYTES } from '../tuning.ts';
import { Cubic, type CubicState } from './cubic.ts';
import { HyStart } from './hystart.ts';
import type { Rtt } from './rtt.ts';
import { INITIAL_WINDOW_BYTES, LEAST_WINDOW_BYTES, SEGMENT_BYTES } from './values.ts';

/** What a reduction can be taken back to [LOSS-3]. */
interface Before {
  window: number;
  threshold: number;
  recoveryStartedAt: number;
  cubic: CubicState;
}

const NEVER = Number.NEGATIVE_INFINITY;

/** The congestion window of one path [CONGEST-1]. */
export class Congestion {
  #window = INITIAL_WINDOW_BYTES;
  #threshold = Number.POSITIVE_INFINITY;
  /** Losses of packets sent up to here belong to the last reduction (RFC 9002 section 7.3.2). */
  #recoveryStartedAt = NEVER;
  readonly #cubic = new Cubic();
  readonly #hystart = new HyStart();
  #before: Before | undefined;
  /** Names the last reduction; 0 is none. */
  #reduction = 0;
  #causes = 0;
  /** Since when the sender has had too little to say; undefined while the window holds it back. */
  #limitedSince: number | undefined = NEVER;
  #blockedAt = NEVER;

  get window(): number {
    return this.#window;
  }

  get slowStart(): boolean {
    return this.#window < this.#threshold;
  }

  get recoveryStartedAt(): number {
    return this.#recoveryStartedAt;
  }

  get reductions(): number {
    return this.#reduction;
  }

  /** Window or pacing hold something back. */
  blocked(now: number): void {
    if (this.#limitedSince !== undefined) this.#cubic.pause(this.#limitedSince, now);
    this.#limitedSince = undefined;
    this.#blockedAt = now;
  }

  /** The sender has nothing more to say. */
  limited(now: number): void {
    this.#limitedSince ??= now;
  }

  /** `bytes` of packets that left after the last reduction were acknowledged, the newest of which at `sentAt`. */
  acked(now: number, bytes: number, sentAt: number, smoothedMs: number): void {
    // Nothing has been held back since: the window was not filled, though nobody said so.
    if (this.#blockedAt < sentAt) this.limited(sentAt);
    if (this.#limitedSince !== undefined || bytes === 0) return;
    const grown = this.slowStart
      ? this.#window + bytes * (this.#initialSlowStart ? this.#hystart.growth : 1)
      : this.#cubic.grow(now, this.#window, bytes, smoothedMs);
    this.#window = Math.min(grown, WINDOW_MAX_BYTES);
  }

  /** A round trip of the packet that left at `sentAt`. */
  roundTrip(now: number, sentAt: number, roundTripMs: number): void {
    if (!this.#initialSlowStart || !this.#hystart.sample(now, sentAt, roundTripMs)) return;
    this.#threshold = this.#window;
    this.#cubic.startAfresh();
  }

  /** A packet is lost. Returns the reduction that it caused or belongs to. */
  lost(now: number, sentAt: number, rtt: Rtt): number {
    if (sentAt <= this.#recoveryStartedAt) {
      this.#causes += 1;
      return this.#reduction;
    }
    this.#before = {
      window: this.#window,
      threshold: this.#threshold,
      recoveryStartedAt: this.#recoveryStartedAt,
      cubic: this.#cubic.state,
    };
    this.#reduction += 1;
    this.#causes = 1;
    this.#recoveryStartedAt = now;
    const left = this.#isNoise(rtt) ? this.#cubic.giveWay(this.#window) : this.#cubic.reduce(this.#window);
    this.#window = Math.max(left, LEAST_WINDOW_BYTES);
    this.#threshold = this.#window;
    return this.#reduction;
  }

  /** Persistent congestion (RFC 9002 section 7.6.2): all is to be found out anew. */
  collapse(): void {
    this.#window = LEAST_WINDOW_BYTES;
    this.#recoveryStartedAt = NEVER;
    this.#cubic.startAfresh();
  }

  /** A packet that counted for `reduction` arrived after all [LOSS-3]. */
  falselyLost(reduction: number): void {
    if (this.#before === undefined || reduction !== this.#reduction) return;
    this.#causes -= 1;
    if (this.#causes > 0) return;
    const { window, threshold, recoveryStartedAt, cubic } = this.#before;
    this.#before = undefined;
    this.#window = Math.max(this.#window, window);
    this.#threshold = Math.max(this.#threshold, threshold);
    this.#recoveryStartedAt = recoveryStartedAt;
    this.#cubic.restore(cubic);
  }

  /**
   * A packet lost while hardly anything waits in the path's queues was lost to noise, not to a crowd, as TCP Veno has it
   * (Fu and Liew 2003): the window times the share of the round trip spent waiting is what waits [CONGEST-4].
   */
  #isNoise({ smoothedMs, minMs }: Rtt): boolean {
    if (this.slowStart || minMs === 0) return false;
    const waitingBytes = (this.#window * (smoothedMs - minMs)) / smoothedMs;
    return waitingBytes < QUEUE_EMPTY_PACKETS * SEGMENT_BYTES;
  }

  /** HyStart++ serves the first slow start alone: the others know where to end. */
  get #initialSlowStart(): boolean {
    return this.#threshold === Number.POSITIVE_INFINITY;
  }
}
