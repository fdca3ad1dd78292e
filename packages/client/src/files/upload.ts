/** One upload over one connection: from where the server has it to where it is durable there. */
import {
  type Clock,
  type FrameFields,
  type FrameMessage,
  OutgoingTransfer,
  SottoError,
} from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { Environment } from '../environment.ts';
import type { Meter } from './meter.ts';
import { Run } from './run.ts';
import type { Source } from './source.ts';
import type { Traffic, TransferEnd } from './traffic.ts';

export interface UploadOptions {
  traffic: Traffic;
  clock: Clock;
  signal: AbortSignal;
  sha256: Environment['sha256'];
  source: Source;
  /** Of the whole. */
  digest: Uint8Array;
  meter: Meter;
}

export class Upload implements TransferEnd {
  readonly #options: UploadOptions;
  readonly #run: Run;
  readonly #sent = Promise.withResolvers<void>();
  #outgoing: OutgoingTransfer | undefined;
  #isLoading = false;

  constructor(options: UploadOptions) {
    this.#options = options;
    this.#run = new Run({ ...options, discards: true });
  }

  /** Resolves when it is durable. */
  async run(): Promise<void> {
    try {
      await this.#run.carryOut(this, (transfer) => this.#steps(transfer));
    } finally {
      this.#outgoing?.end();
      this.#outgoing = undefined;
    }
  }

  data(): void {
    throw new SottoError(ErrorCode.TRANSFER_BROKEN, 'data of an upload');
  }

  progress(message: FrameMessage<'fileProgress'>): void {
    const outgoing = this.#outgoing;
    if (outgoing === undefined) return;
    this.#run.alive();
    outgoing.progress(message, this.#options.clock.now());
    this.#options.meter.done(outgoing.received);
    if (outgoing.isComplete) this.#sent.resolve();
    this.#load();
  }

  take(nowMs: number): FrameFields<'fileData'> | undefined {
    const piece = this.#outgoing?.take(nowMs);
    this.#load();
    return piece;
  }

  silent(isSilent: boolean): void {
    if (this.#outgoing === undefined || this.#outgoing.isComplete) return;
    this.#options.meter.enter(isSilent ? 'waiting' : 'moving');
  }

  over(error: Error): void {
    this.#run.ended(error);
  }

  failed(error: unknown): void {
    this.#run.failed(error);
  }

  async #steps(transfer: number): Promise<void> {
    const { traffic, source, digest, meter } = this.#options;
    const { link } = traffic;
    const size = source.sizeBytes;
    const { received, credit } = await link.request('startUpload', { transfer, sha256: digest, size });
    if (this.#run.isOver) return;
    const { window } = traffic;
    const from = { transfer, sizeBytes: size, offset: received, credit, window };
    this.#outgoing = new OutgoingTransfer(from);
    if (received < size) {
      meter.enter('moving', received);
      this.#run.alive();
      this.#load();
      await this.#sent.promise;
    }
    this.#run.alive();
    meter.enter('finishing', size);
    await link.request('finishUpload', { transfer });
  }

  /** The next chunk, where one is wanted. */
  #load(): void {
    const { source, sha256, traffic } = this.#options;
    const wanted = this.#outgoing?.wanted;
    if (wanted === undefined || this.#isLoading) return;
    this.#isLoading = true;
    const load = async () => {
      const chunk = await source.read(wanted.offset, wanted.length);
      const hash = await sha256(chunk);
      this.#isLoading = false;
      this.#outgoing?.load(wanted.offset, chunk, hash);
      traffic.pump();
      this.#load();
    };
    load().catch((error) => this.#run.failed(error));
  }
}
