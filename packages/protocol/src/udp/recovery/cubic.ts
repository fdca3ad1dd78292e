import { NOISE_BETA } from '../tuning.ts';
import { CUBIC_BETA, CUBIC_C, CUBIC_GROWTH_MAX, RENO_ALPHA, SEGMENT_BYTES } from './values.ts';

interface Epoch {
  /** When congestion avoidance began, later by the time in which the sender had too little to say. */
  startedAt: number;
  /** W_max and K: where the curve is flat, in segments and s after the start. */
  flatSegments: number;
  flatAfterS: number;
  /** W_est: where Reno would be, in segments. */
  renoSegments: number;
}

/** What a reduction changes. */
export interface CubicState {
  epoch: Epoch | undefined;
  /** Window before the last reduction, as fast convergence cut it (W_max), in segments; undefined if none shapes the next epoch. */
  maxSegments: number | undefined;
  /** Window before the last reduction (cwnd_prior), in segments; where Reno's line passes it, it rises as Reno's does. */
  priorSegments: number;
}

/** How the window grows in congestion avoidance, and shrinks (RFC 9438 section 4). */
export class Cubic {
  #state: CubicState = { epoch: undefined, maxSegments: undefined, priorSegments: 0 };

  /** To go back to by `restore`. */
  get state(): CubicState {
    return { ...this.#state, epoch: this.#state.epoch === undefined ? undefined : { ...this.#state.epoch } };
  }

  restore(state: CubicState): void {
    this.#state = state;
  }

  /** The window after congestion, before any least value. */
  reduce(windowBytes: number): number {
    const segments = windowBytes / SEGMENT_BYTES;
    const before = this.#state.maxSegments;
    // Fast convergence (section 4.7): below the last maximum others have come, and get room.
    const converges = before !== undefined && segments < before;
    this.#state = {
      epoch: undefined,
      maxSegments: converges ? (segments * (1 + CUBIC_BETA)) / 2 : segments,
      priorSegments: segments,
    };
    return windowBytes * CUBIC_BETA;
  }

  /** The same after a loss to noise [CONGEST-4]: nobody came, so the way back begins at once and as steep as Reno's. */
  giveWay(windowBytes: number): number {
    this.#state = { epoch: undefined, maxSegments: windowBytes / SEGMENT_BYTES, priorSegments: 0 };
    return windowBytes * NOISE_BETA;
  }

  /** The next epoch begins where the window then is, not below a former one (sections 4.8 and 4.10). */
  startAfresh(): void {
    this.#state = { epoch: undefined, maxSegments: undefined, priorSegments: 0 };
  }

  /** The window does not follow a clock that ran while nobody used it (section 5.8). */
  pause(fromMs: number, toMs: number): void {
    const { epoch } = this.#state;
    if (epoch !== undefined) epoch.startedAt += Math.max(0, toMs - Math.max(fromMs, epoch.startedAt));
  }

  /** The window after `acked` bytes more were acknowledged. */
  grow(now: number, windowBytes: number, acked: number, smoothedMs: number): number {
    const window = windowBytes / SEGMENT_BYTES;
    const segments = acked / SEGMENT_BYTES;
    const epoch = this.#epoch(now, window);
    const alpha = epoch.renoSegments >= this.#state.priorSegments ? 1 : RENO_ALPHA;
    epoch.renoSegments += (alpha * segments) / window;
    const elapsedS = (now - epoch.startedAt) / 1000;
    if (curve(epoch, elapsedS) < epoch.renoSegments) {
      return Math.max(windowBytes, epoch.renoSegments * SEGMENT_BYTES);
    }
    const ahead = curve(epoch, elapsedS + smoothedMs / 1000);
    const target = Math.min(Math.max(ahead, window), CUBIC_GROWTH_MAX * window);
    return windowBytes + (target - window) * (segments / window) * SEGMENT_BYTES;
  }

  #epoch(now: number, window: number): Epoch {
    const { epoch, maxSegments } = this.#state;
    if (epoch !== undefined) return epoch;
    const flat = Math.max(maxSegments ?? window, window);
    const begun: Epoch = {
      startedAt: now,
      flatSegments: flat,
      flatAfterS: Math.cbrt((flat - window) / CUBIC_C),
      renoSegments: window,
    };
    this.#state.epoch = begun;
    return begun;
  }
}

/** W_cubic(t) of section 4.2, in segments. */
function curve({ flatSegments, flatAfterS }: Epoch, elapsedS: number): number {
  return CUBIC_C * (elapsedS - flatAfterS) ** 3 + flatSegments;
}
