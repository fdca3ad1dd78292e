/** What one transfer over one connection has around it, whichever way the bytes go: what ends it early, and a clean end. */
import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { Traffic, TransferEnd } from './traffic.ts';

/** Without any sign from the server for this long, a transfer is begun anew. */
const STALLED_MS = 60_000;

export interface RunOptions {
  traffic: Traffic;
  clock: Clock;
  signal: AbortSignal;
  /** Calling it off drops what the server has. */
  discards: boolean;
}

export class Run {
  readonly #options: RunOptions;
  readonly #early = Promise.withResolvers<never>();
  /** The peer knows already. */
  #endedByPeer = false;
  #isOver = false;
  #cancelWatch = () => {};

  constructor(options: RunOptions) {
    this.#options = options;
    this.#early.promise.catch(() => {});
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * Opens a transfer for `end` and carries out `steps`, until they are done or something ends it; then the server is told
   * where it does not know.
   */
  async carryOut(end: TransferEnd, steps: (transfer: number) => Promise<void>): Promise<void> {
    const { traffic, signal, discards } = this.#options;
    const { link } = traffic;
    signal.throwIfAborted();
    const transfer = traffic.open(end);
    const abort = () => this.#early.reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    this.alive();
    try {
      await Promise.race([steps(transfer), this.#early.promise]);
    } catch (error) {
      const code = error instanceof SottoError && !signal.aborted ? error.code : ErrorCode.UNSPECIFIED;
      if (!this.#endedByPeer)
        link.notify('endTransfer', { transfer, code, discard: discards && signal.aborted });
      throw error;
    } finally {
      this.#isOver = true;
      this.#cancelWatch();
      signal.removeEventListener('abort', abort);
      traffic.close(transfer);
    }
  }

  /** The peer ended it. */
  ended(error: Error): void {
    this.#endedByPeer = true;
    this.#early.reject(error);
  }

  failed(error: unknown): void {
    this.#early.reject(error);
  }

  /** The server gave a sign, and is to give the next one. */
  alive(): void {
    this.idle();
    if (this.#isOver) return;
    const stalled = new SottoError(ErrorCode.TRANSFER_STALLED);
    this.#cancelWatch = this.#options.clock.after(STALLED_MS, () => this.#early.reject(stalled));
  }

  /** Nothing is expected of the server now. */
  idle(): void {
    this.#cancelWatch();
    this.#cancelWatch = () => {};
  }
}
