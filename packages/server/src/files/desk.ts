/** The transfers of one connection. They end with it [UPLOAD-3] [DOWNLOAD-5]. */
import { FILE_CHUNK_BYTES, type RoomNumber, roomStream, type StreamId, TRANSFERS_MAX } from '@sotto/model';
import {
  FlightWindow,
  type FrameFields,
  type FrameMessage,
  SottoError,
  TransferTurns,
} from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { Asker } from '../rooms/directory.ts';
import type { Borrower, TransferBudget } from './budget.ts';
import { Download } from './download.ts';
import type { Downloads } from './downloads.ts';
import { EndedUploads } from './ended-uploads.ts';
import { checkDownload, checkUpload } from './requests.ts';
import type { Kept, Upload } from './upload.ts';
import type { Uploads } from './uploads.ts';

/** A peer that neither sends nor takes anything of a transfer loses it after this. */
const STALL_MS = 60_000;

/** The connection. */
export interface TransferPeer {
  readonly writable: boolean;
  /** As the account is now. */
  asker(): Asker;
  push<Name extends 'fileData' | 'fileProgress' | 'endTransfer'>(name: Name, fields: FrameFields<Name>): void;
}

export interface DeskServices {
  uploads: Uploads;
  downloads: Downloads;
  budget: TransferBudget;
  now: () => number;
  /** A defect, or a fault of the store; answers what is told of it. */
  explain: (error: unknown) => SottoError;
}

type Place = { room: RoomNumber; sequence: number };
type Doing =
  | { kind: 'starting' }
  | { kind: 'upload'; upload: Upload }
  | { kind: 'download'; download: Download; place: Place };

interface Entry {
  transfer: number;
  doing: Doing;
  /** When the peer last did its part, and how far it was. */
  movedMs: number;
  moved: number;
  /** Gives back its share of the budget. */
  leave: () => void;
  /** What a peer that does not read is told later: the latest says all. */
  untold: FrameFields<'fileProgress'> | undefined;
  /** Set once it has ended. */
  ended: { kept: Kept } | undefined;
}

export class TransferDesk {
  readonly #peer: TransferPeer;
  readonly #services: DeskServices;
  readonly #window: FlightWindow;
  readonly #entries = new Map<number, Entry>();
  /** Of downloads whose beginning was answered. */
  readonly #turns = new TransferTurns<Download>();
  readonly #endedUploads = new EndedUploads();
  #last = 0;
  /** How often downloads were looked through. */
  #checks = 0;
  #closed = false;

  constructor(peer: TransferPeer, services: DeskServices) {
    this.#peer = peer;
    this.#services = services;
    this.#window = new FlightWindow({ maxBytes: windowOf(services.budget.shareBytes) });
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  async startUpload({
    transfer,
    sha256,
    size,
  }: FrameMessage<'startUpload'>): Promise<FrameFields<'uploadStarted'>> {
    checkUpload(sha256, size);
    const { uploads, budget } = this.#services;
    const user = this.#peer.asker().number;
    const entry = this.#begin(transfer);
    const wanted = { transfer, user, sha256: sha256.slice(), sizeBytes: size };
    try {
      const upload = await uploads.start(
        { ...wanted, creditBytes: budget.shareBytes },
        {
          progress: (progress) => this.#tell(entry, progress),
          failed: (error) => this.#fail(entry, error),
        },
      );
      if (entry.ended !== undefined) {
        this.#endedUploads.remember(transfer, upload, false);
        await uploads.end(upload, entry.ended.kept);
        throw ENDED_MEANWHILE;
      }
      entry.doing = { kind: 'upload', upload };
      this.#touch(entry, upload.received);
      return { received: upload.received, credit: upload.credit };
    } catch (error) {
      this.#forget(entry);
      throw error;
    }
  }

  /** Resolves when the file is durable, as often as it is asked [UPLOAD-4]. */
  async finishUpload({ transfer }: FrameMessage<'finishUpload'>): Promise<void> {
    const entry = this.#entries.get(transfer);
    if (entry?.doing.kind !== 'upload') {
      if (this.#endedUploads.find(transfer)?.stored === true) return;
      throw new SottoError(ErrorCode.TRANSFER_BROKEN, `transfer ${transfer} is no upload`);
    }
    const { upload } = entry.doing;
    try {
      await upload.finish();
      this.#endedUploads.remember(transfer, upload, true);
    } catch (error) {
      this.#endedUploads.remember(transfer, upload, false);
      throw error;
    } finally {
      this.#forget(entry);
      await this.#services.uploads.end(upload, 'keep');
    }
  }

  async startDownload(message: FrameMessage<'startDownload'>): Promise<FrameFields<'downloadStarted'>> {
    const { transfer, sequence, offset, credit } = message;
    const room = message.room as RoomNumber;
    checkDownload(offset, credit);
    const entry = this.#begin(transfer);
    const find = () => this.#services.downloads.find(this.#peer.asker(), room, sequence);
    const checks = this.#checks;
    try {
      const source = await find();
      if (entry.ended !== undefined) throw ENDED_MEANWHILE;
      if (offset > source.sizeBytes)
        throw new SottoError(ErrorCode.ARGUMENT_INVALID, `offset ${offset} of ${source.sizeBytes}`);
      const download = new Download({
        transfer,
        source,
        offset,
        credit,
        window: this.#window,
        ready: () => this.drive(),
        failed: (error) => this.#fail(entry, this.#services.explain(error)),
      });
      entry.doing = { kind: 'download', download, place: { room, sequence } };
      this.#touch(entry, offset);
      // Whoever looked through the downloads meanwhile did not see this one.
      if (checks !== this.#checks) await find();
      if (entry.ended !== undefined) throw ENDED_MEANWHILE;
      return { size: source.sizeBytes, sha256: source.sha256 };
    } catch (error) {
      this.#forget(entry);
      throw error;
    }
  }

  /** The answer to StartDownload has left. */
  started(transfer: number): void {
    const entry = this.#entries.get(transfer);
    if (entry?.doing.kind !== 'download') return;
    if (entry.doing.download.isComplete) this.#forget(entry);
    else this.#turns.add(entry.doing.download);
    this.drive();
  }

  data(message: FrameMessage<'fileData'>): void {
    const entry = this.#known(message.transfer);
    if (entry === undefined) return;
    this.#guard(entry, () => {
      if (entry.doing.kind !== 'upload') throw new SottoError(ErrorCode.TRANSFER_BROKEN, 'data of no upload');
      entry.doing.upload.data(message);
      this.#services.budget.passed(message.data.length);
      this.#touch(entry, entry.doing.upload.received);
    });
  }

  progress(message: FrameMessage<'fileProgress'>): void {
    const entry = this.#known(message.transfer);
    if (entry === undefined) return;
    this.#guard(entry, () => {
      if (entry.doing.kind !== 'download')
        throw new SottoError(ErrorCode.TRANSFER_BROKEN, 'progress of no download');
      const { download } = entry.doing;
      download.progress(message, this.#services.now());
      this.#touch(entry, download.received);
      if (download.isComplete) this.#forget(entry);
    });
    this.drive();
  }

  /** The client wants no more of it. */
  end({ transfer, discard }: FrameMessage<'endTransfer'>): void {
    const entry = this.#entries.get(transfer);
    if (entry !== undefined) this.#end(entry, discard ? 'discard' : 'keep');
    else if (discard) this.#discard(transfer);
  }

  /** Sends what may leave: pieces in turn, while the connection takes them and the window has room [DOWNLOAD-2]. */
  drive(): void {
    const { now, budget } = this.#services;
    for (const entry of this.#entries.values())
      if (entry.untold !== undefined && this.#peer.writable) this.#tell(entry, entry.untold);
    while (this.#peer.writable) {
      const next = this.#turns.take(now());
      if (next === undefined) return;
      this.#peer.push('fileData', next.piece);
      budget.passed(next.piece.data?.length ?? 0);
    }
  }

  /** Ends what the peer does nothing about. */
  sweep(nowMs: number): void {
    for (const entry of [...this.#entries.values()])
      if (isBusy(entry.doing)) entry.movedMs = nowMs;
      else if (nowMs - entry.movedMs >= STALL_MS)
        this.#fail(entry, new SottoError(ErrorCode.TRANSFER_STALLED));
  }

  /** What the stream's messages offer, or who may read them, may have changed: downloads that may not go on end [DOWNLOAD-4]. */
  async check(stream: StreamId | undefined): Promise<void> {
    this.#checks++;
    for (const entry of [...this.#entries.values()]) {
      if (entry.doing.kind !== 'download') continue;
      const { room, sequence } = entry.doing.place;
      if (stream !== undefined && roomStream(room) !== stream) continue;
      await this.#services.downloads.find(this.#peer.asker(), room, sequence).catch((error) => {
        this.#fail(entry, this.#services.explain(error));
      });
    }
  }

  /** The connection is gone: uploads are kept as far as they came. */
  close(): void {
    this.#closed = true;
    for (const entry of [...this.#entries.values()]) this.#end(entry, 'keep');
  }

  #begin(transfer: number): Entry {
    if (transfer <= this.#last)
      throw new SottoError(ErrorCode.ARGUMENT_INVALID, `transfer ${transfer} after ${this.#last}`);
    if (this.#closed) throw ENDED_MEANWHILE;
    this.#last = transfer;
    if (this.#entries.size >= TRANSFERS_MAX)
      throw new SottoError(ErrorCode.LIMIT_REACHED, `${TRANSFERS_MAX} transfers of one connection`);
    const entry: Entry = {
      transfer,
      doing: { kind: 'starting' },
      movedMs: this.#services.now(),
      moved: -1,
      leave: () => {},
      untold: undefined,
      ended: undefined,
    };
    entry.leave = this.#services.budget.join(this.#peer.asker().number, this.#borrower(entry));
    this.#window.limit(windowOf(this.#services.budget.shareBytes));
    this.#entries.set(transfer, entry);
    return entry;
  }

  #borrower(entry: Entry): Borrower {
    return {
      lend: (bytes) => {
        if (entry.doing.kind === 'upload') entry.doing.upload.lend(bytes);
        else this.#window.limit(windowOf(bytes));
      },
    };
  }

  /** Undefined where it has ended: what was on its way meanwhile is passed over. One that never began is answered. */
  #known(transfer: number): Entry | undefined {
    if (transfer > this.#last && this.#peer.writable)
      this.#peer.push('endTransfer', { transfer, code: ErrorCode.TRANSFER_BROKEN, detail: 'never started' });
    return this.#entries.get(transfer);
  }

  /** Of what a peer does not read nothing heaps up. Going back is told at once: it takes a whole chunk, and a few times are the end. */
  #tell(entry: Entry, progress: FrameFields<'fileProgress'>): void {
    const isDue = this.#peer.writable || progress.again === true;
    entry.untold = isDue ? undefined : progress;
    if (isDue) this.#peer.push('fileProgress', progress);
  }

  #guard(entry: Entry, task: () => void): void {
    try {
      task();
    } catch (error) {
      this.#fail(entry, this.#services.explain(error));
    }
  }

  #touch(entry: Entry, moved: number): void {
    if (moved <= entry.moved) return;
    entry.moved = moved;
    entry.movedMs = this.#services.now();
  }

  /** Ends it and says why. */
  #fail(entry: Entry, { code, detail, retryAfterMs }: SottoError): void {
    if (entry.ended !== undefined) return;
    this.#peer.push('endTransfer', { transfer: entry.transfer, code, detail, retryAfterMs });
    this.#end(entry, SPOILT.has(code) ? 'drop' : 'keep');
  }

  #end(entry: Entry, kept: Kept): void {
    if (entry.ended !== undefined) {
      if (kept === 'discard') entry.ended.kept = kept;
      return;
    }
    entry.ended = { kept };
    if (entry.doing.kind === 'upload') {
      const { upload } = entry.doing;
      this.#endedUploads.remember(entry.transfer, upload, false);
      void this.#services.uploads.end(upload, kept);
    }
    // What is being started keeps its place until it is.
    if (entry.doing.kind !== 'starting') this.#forget(entry);
    this.drive();
  }

  #forget(entry: Entry): void {
    entry.ended ??= { kept: 'keep' };
    entry.leave();
    this.#entries.delete(entry.transfer);
    if (entry.doing.kind !== 'download') return;
    const { download } = entry.doing;
    download.end();
    this.#turns.delete(download);
  }

  #discard(transfer: number): void {
    const upload = this.#endedUploads.take(transfer);
    if (upload === undefined) return;
    this.#services.uploads
      .discard(this.#peer.asker().number, upload.sha256)
      .catch((error) => void this.#services.explain(error));
  }
}

const ENDED_MEANWHILE = new SottoError(ErrorCode.TRANSFER_BROKEN, 'ended meanwhile');
/** What came is not to be gone on with [UPLOAD-11]. */
const SPOILT: ReadonlySet<ErrorCode> = new Set([ErrorCode.TRANSFER_BROKEN, ErrorCode.FILE_CORRUPT]);
/** However many transfers there are. */
const WINDOW_MIN_BYTES = 32 * 1024;

/** Of its share a download keeps a chunk loaded [DOWNLOAD-3]. */
const windowOf = (shareBytes: number): number => Math.max(WINDOW_MIN_BYTES, shareBytes - FILE_CHUNK_BYTES);

const isBusy = (doing: Doing): boolean => {
  switch (doing.kind) {
    case 'starting':
      return true;
    case 'upload':
      return doing.upload.isBusy;
    case 'download':
      return doing.download.isBusy;
  }
};
