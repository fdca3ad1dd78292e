/** The desks of all connections: looked through for peers that do nothing, and for downloads that may not go on. */
import type { StreamId } from '@sotto/model';
import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { TransferBudget } from './budget.ts';
import { TransferDesk, type TransferPeer } from './desk.ts';
import type { Downloads } from './downloads.ts';
import type { Uploads } from './uploads.ts';

const SWEEP_MS = 5_000;

export interface TransfersOptions {
  uploads: Uploads;
  downloads: Downloads;
  budget: TransferBudget;
  clock: Clock;
  onFailure: (failure: unknown) => void;
}

export class Transfers {
  readonly #options: TransfersOptions;
  readonly #desks = new Set<TransferDesk>();
  #cancelSweep: (() => void) | undefined;
  #checking: Promise<void> | undefined;
  /** Streams to be looked at next; undefined in it stands for all. */
  #toCheck = new Set<StreamId | undefined>();

  constructor(options: TransfersOptions) {
    this.#options = options;
  }

  /** For one connection, which calls `close` of it at its end, and hands it back here. */
  open(peer: TransferPeer): TransferDesk {
    const { uploads, downloads, budget, clock } = this.#options;
    const desk = new TransferDesk(peer, {
      uploads,
      downloads,
      budget,
      now: () => clock.now(),
      explain: this.#explain,
    });
    this.#desks.add(desk);
    this.#schedule();
    return desk;
  }

  close(desk: TransferDesk): void {
    desk.close();
    this.#desks.delete(desk);
  }

  /**
   * What messages of the stream offer, or who may read them, has changed; of any stream where none is named. Downloads that
   * may not go on end soon [DOWNLOAD-4].
   */
  changed(stream?: StreamId): void {
    this.#toCheck.add(stream);
    this.#checking ??= this.#check().finally(() => {
      this.#checking = undefined;
    });
  }

  /** All end; resolves once what was received is where it is kept. */
  async stop(): Promise<void> {
    this.#cancelSweep?.();
    for (const desk of [...this.#desks]) this.close(desk);
    await this.#options.uploads.stop();
    await this.#checking;
  }

  async #check(): Promise<void> {
    while (this.#toCheck.size > 0) {
      const streams = this.#toCheck;
      this.#toCheck = new Set();
      const wanted = streams.has(undefined) ? [undefined] : [...streams];
      for (const stream of wanted) for (const desk of [...this.#desks]) await desk.check(stream);
    }
  }

  /** A refusal is told as it is, anything else is a defect. */
  readonly #explain = (error: unknown): SottoError => {
    if (error instanceof SottoError) return error;
    this.#options.onFailure(error);
    return new SottoError(ErrorCode.INTERNAL);
  };

  #schedule(): void {
    this.#cancelSweep ??= this.#options.clock.after(SWEEP_MS, () => {
      this.#cancelSweep = undefined;
      const nowMs = this.#options.clock.now();
      for (const desk of [...this.#desks]) desk.sweep(nowMs);
      if (this.#desks.size > 0) this.#schedule();
    });
  }
}
