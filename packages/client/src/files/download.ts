/** One download over one connection, into a sink that outlives it. */
import { type Clock, type FrameMessage, IncomingTransfer, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { Environment } from '../environment.ts';
import { isEqual } from './bytes.ts';
import type { Meter } from './meter.ts';
import { Run } from './run.ts';
import type { Sink } from './sink.ts';
import type { Traffic, TransferEnd } from './traffic.ts';

/** How far the server may be ahead of the reader: what is in memory at most. */
export const READ_AHEAD_BYTES = 1024 * 1024;

export interface DownloadOptions {
  traffic: Traffic;
  clock: Clock;
  signal: AbortSignal;
  sha256: Environment['sha256'];
  offer: { room: number; sequence: number; sizeBytes: number; digest: Uint8Array };
  sink: Sink;
  meter: Meter;
  /** The server agreed to send. */
  onStarted(): void;
}

type Chunk = NonNullable<ReturnType<IncomingTransfer['data']>['chunk']>;

export class Download implements TransferEnd {
  readonly #options: DownloadOptions;
  readonly #run: Run;
  readonly #complete = Promise.withResolvers<void>();
  #incoming: IncomingTransfer | undefined;
  #isAgreed = false;
  /** Chunks are verified one after the other. */
  #verifying: Promise<void> = Promise.resolve();

  constructor(options: DownloadOptions) {
    this.#options = options;
    this.#run = new Run({ ...options, discards: false });
  }

  /** Resolves when everything was received and verified. */
  async run(): Promise<void> {
    const { sink } = this.#options;
    sink.onTaken = () => this.#taken();
    try {
      await this.#run.carryOut(this, (transfer) => this.#steps(transfer));
    } finally {
      sink.onTaken = () => {};
    }
  }

  data(message: FrameMessage<'fileData'>): void {
    if (this.#incoming === undefined || this.#run.isOver) return;
    this.#run.alive();
    const { progress, chunk } = this.#incoming.data(message);
    this.#tell(progress);
    if (chunk === undefined) return;
    this.#verifying = this.#verifying
      .then(() => this.#verify(chunk))
      .catch((error) => this.#run.failed(error));
  }

  progress(): void {
    throw new SottoError(ErrorCode.TRANSFER_BROKEN, 'progress of a download');
  }

  take(): undefined {
    return undefined;
  }

  silent(isSilent: boolean): void {
    if (this.#isAgreed && !this.#options.sink.isComplete)
      this.#options.meter.enter(isSilent ? 'waiting' : 'moving');
  }

  over(error: Error): void {
    this.#run.ended(error);
  }

  failed(error: unknown): void {
    this.#run.failed(error);
  }

  async #steps(transfer: number): Promise<void> {
    const { traffic, sink, offer, meter, onStarted } = this.#options;
    const { room, sequence, sizeBytes, digest } = offer;
    const incoming = new IncomingTransfer({
      transfer,
      sizeBytes,
      offset: sink.end,
      creditBytes: READ_AHEAD_BYTES,
    });
    // Before the answer: data travel on a lane of their own and may come first.
    this.#incoming = incoming;
    const asked = { transfer, room, sequence, offset: sink.end, credit: incoming.credit };
    const { size, sha256 } = await traffic.link.request('startDownload', asked);
    if (size !== sizeBytes || !isEqual(sha256, digest)) {
      throw new SottoError(ErrorCode.FILE_CORRUPT, 'the server has another file than was offered');
    }
    onStarted();
    this.#isAgreed = true;
    meter.enter('moving', sink.end);
    await this.#complete.promise;
  }

  async #verify({ offset, bytes, sha256 }: Chunk): Promise<void> {
    const { sink, meter } = this.#options;
    const incoming = this.#incoming;
    // What was received behind a damaged chunk comes again.
    if (this.#run.isOver || incoming === undefined || !incoming.isDue(offset)) return;
    const isIntact = isEqual(await this.#options.sha256(bytes), sha256);
    if (this.#run.isOver) return;
    if (!isIntact) {
      this.#tell(incoming.damaged(offset));
      return;
    }
    sink.add(bytes);
    meter.done(sink.end);
    this.#tell(incoming.lend(READ_AHEAD_BYTES - sink.waitingBytes));
    this.#tell(incoming.written(sink.end));
    if (sink.isComplete) this.#complete.resolve();
    else if (!sink.isEmpty) this.#run.idle();
  }

  /** The reader took something: as much more may come. */
  #taken(): void {
    const { sink } = this.#options;
    if (this.#run.isOver || sink.isComplete) return;
    this.#tell(this.#incoming?.lend(READ_AHEAD_BYTES - sink.waitingBytes));
    if (sink.isEmpty) this.#run.alive();
  }

  #tell(progress: ReturnType<IncomingTransfer['written']>): void {
    if (progress !== undefined) this.#options.traffic.link.notify('fileProgress', progress);
  }
}
