/** How far a transfer is, told to whoever asked [FILES-6]. */
import type { Clock } from '@sotto/protocol';
import type { TransferOptions, TransferProgress } from '../types.ts';

const EVERY_MS = 100;
/** The rate is that of the last seconds. */
const RATE_OVER_MS = 5_000;

type Phase = TransferProgress['phase'];

interface Sample {
  atMs: number;
  bytes: number;
}

export class Meter {
  readonly #clock: Clock;
  readonly #onProgress: TransferOptions['onProgress'];
  #totalBytes: number;
  #doneBytes = 0;
  #phase: Phase;
  #toldMs = Number.NEGATIVE_INFINITY;
  /** Of this phase, oldest first; at most one for each telling. */
  #samples: Sample[] = [];

  constructor(clock: Clock, totalBytes: number, phase: Phase, onProgress: TransferOptions['onProgress']) {
    this.#clock = clock;
    this.#totalBytes = totalBytes;
    this.#phase = phase;
    this.#onProgress = onProgress;
  }

  get doneBytes(): number {
    return this.#doneBytes;
  }

  /** A change of phase is told at once. */
  enter(phase: Phase, doneBytes = this.#doneBytes): void {
    const isNew = phase !== this.#phase;
    this.#phase = phase;
    if (isNew) this.#samples = [];
    this.#doneBytes = doneBytes;
    if (isNew) this.#tell();
    else this.done(doneBytes);
  }

  done(bytes: number): void {
    this.#doneBytes = bytes;
    if (this.#clock.now() - this.#toldMs >= EVERY_MS) this.#tell();
  }

  /** Everything is done. */
  end(): void {
    this.#doneBytes = this.#totalBytes;
    this.#tell();
  }

  #tell(): void {
    const now = this.#clock.now();
    this.#toldMs = now;
    this.#samples.push({ atMs: now, bytes: this.#doneBytes });
    while (this.#samples.length > 2 && (this.#samples[1]?.atMs ?? now) <= now - RATE_OVER_MS) {
      this.#samples.shift();
    }
    const bytesPerSecond = this.#rate(now);
    const leftBytes = this.#totalBytes - this.#doneBytes;
    const remainingMs =
      leftBytes === 0 ? 0 : bytesPerSecond > 0 ? (leftBytes / bytesPerSecond) * 1_000 : undefined;
    this.#onProgress?.({
      phase: this.#phase,
      doneBytes: this.#doneBytes,
      totalBytes: this.#totalBytes,
      bytesPerSecond,
      remainingMs,
    });
  }

  #rate(now: number): number {
    const first = this.#samples[0];
    if (first === undefined || now <= first.atMs || this.#phase === 'waiting') return 0;
    return Math.max(0, ((this.#doneBytes - first.bytes) * 1_000) / (now - first.atMs));
  }
}
