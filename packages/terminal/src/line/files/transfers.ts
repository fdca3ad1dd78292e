/** Files on their way, in both directions: numbered, reported, called off. */
import {
  ClientClosed,
  type Sent,
  type SentDirect,
  type TransferOptions,
  type TransferProgress,
} from '@sotto/client';

export interface Transfer {
  /** From 1, for `/cancel`. */
  number: number;
  direction: 'send' | 'get';
  name: string;
  /** `#room` or `@bob`: where it goes to, or comes from. */
  where: string;
  /** Of input; undefined for what an earlier run began. */
  line: number | undefined;
  progress: TransferProgress | undefined;
}

export type TransferResult =
  | { kind: 'sent'; sent: Sent | SentDirect; clientMessageId: string }
  | { kind: 'saved'; path: string; sizeBytes: number };

export type TransferState =
  | { kind: 'started' }
  | { kind: 'progress'; progress: TransferProgress }
  /** What an earlier run began is on its way again. */
  | { kind: 'resumed'; progress: TransferProgress }
  | TransferResult
  | { kind: 'failed'; error: unknown }
  | { kind: 'cancelled' };

/** Told to programs about twice a second for each transfer, and when its phase changes. */
const TOLD_EVERY_MS = 500;

export type Work = (options: Required<TransferOptions>) => Promise<TransferResult>;

interface Running {
  transfer: Transfer;
  controller: AbortController;
  settled: Promise<void>;
  toldAtMs: number;
}

export class Transfers {
  readonly #tell: (transfer: Transfer, state: TransferState) => Promise<void>;
  readonly #changed: () => void;
  readonly #running = new Map<number, Running>();
  #last = 0;

  /** `tell` gets what happens to each, `changed` is called whenever `all` has changed; neither may throw. */
  constructor(tell: (transfer: Transfer, state: TransferState) => Promise<void>, changed: () => void) {
    this.#tell = tell;
    this.#changed = changed;
  }

  get all(): readonly Transfer[] {
    return [...this.#running.values()].map(({ transfer }) => transfer);
  }

  /** Runs in the background. */
  start(about: Omit<Transfer, 'number' | 'progress'>, work: Work): void {
    const transfer: Transfer = { ...about, number: ++this.#last, progress: undefined };
    const controller = new AbortController();
    const running: Running = { transfer, controller, settled: Promise.resolve(), toldAtMs: -TOLD_EVERY_MS };
    this.#running.set(transfer.number, running);
    this.#changed();
    running.settled = this.#run(running, work);
  }

  /** `late`: all of it is there, and its message goes out whatever is said here. */
  cancel(number: number): 'cancelled' | 'late' | 'unknown' {
    const running = this.#running.get(number);
    if (running === undefined) return 'unknown';
    const { direction, progress } = running.transfer;
    if (direction === 'send' && progress?.phase === 'finishing') return 'late';
    running.controller.abort(new Error('called off'));
    return 'cancelled';
  }

  /** Resolves when those that run now have come to an end, and said so. */
  async settled(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ settled }) => settled));
  }

  async #run(running: Running, work: Work): Promise<void> {
    const { transfer, controller } = running;
    const { signal } = controller;
    const onProgress = (progress: TransferProgress) => this.#progressed(running, progress);
    try {
      await this.#tell(transfer, { kind: 'started' });
      const result = await work({ signal, onProgress });
      await this.#end(transfer, result);
    } catch (error) {
      await this.#end(transfer, signal.aborted ? { kind: 'cancelled' } : { kind: 'failed', error });
    }
  }

  #progressed(running: Running, progress: TransferProgress): void {
    const { transfer } = running;
    if (!this.#running.has(transfer.number)) return;
    const isFirst = transfer.line === undefined && isMoving(progress) && !isMoving(transfer.progress);
    const isNew = progress.phase !== transfer.progress?.phase;
    transfer.progress = progress;
    this.#changed();
    const nowMs = performance.now();
    if (nowMs - running.toldAtMs < TOLD_EVERY_MS && !isNew) return;
    running.toldAtMs = nowMs;
    void this.#tell(transfer, { kind: isFirst ? 'resumed' : 'progress', progress });
  }

  /** What is cut off since the client closes says nothing: it goes on at the next start. */
  async #end(transfer: Transfer, state: TransferState): Promise<void> {
    this.#running.delete(transfer.number);
    this.#changed();
    if (state.kind === 'failed' && state.error instanceof ClientClosed) return;
    await this.#tell(transfer, state);
  }
}

const isMoving = (progress: TransferProgress | undefined): boolean =>
  progress?.phase === 'moving' || progress?.phase === 'finishing';
