import { Congestion } from './congestion.ts';
import { Pacer } from './pacer.ts';
import { Rtt } from './rtt.ts';

/** What is known of one path and under way on it [ROAM-3]. */
export class PathState {
  /** Changes when only the port has. */
  path: number;
  readonly rtt = new Rtt();
  readonly congestion = new Congestion();
  readonly #pacer: Pacer;
  bytesInFlight = 0;

  constructor(now: number, path: number) {
    this.path = path;
    this.#pacer = new Pacer(now);
    this.changed(now);
  }

  /** Window or round trip have changed. */
  changed(now: number): void {
    this.#pacer.setPace(now, this.congestion.window, this.rtt.smoothedMs, this.congestion.slowStart);
  }

  sent(now: number, bytes: number): void {
    this.bytesInFlight += bytes;
    this.#pacer.sent(now, bytes);
  }

  /** A packet in flight was acknowledged, lost, or does not matter any more. */
  left(bytes: number): void {
    this.bytesInFlight -= bytes;
  }

  /** `now` or earlier: go; Infinity: the window is full; else when pacing allows it. */
  sendableAt(now: number, bytes: number): number {
    if (this.bytesInFlight + bytes > this.congestion.window) {
      this.congestion.blocked(now);
      return Number.POSITIVE_INFINITY;
    }
    const at = this.#pacer.sendableAt(now, bytes);
    if (at > now) this.congestion.blocked(now);
    return at;
  }
}
