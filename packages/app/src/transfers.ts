/** Files on their way, for whoever shows them, over all changes of screen, and where the device keeps them also over its end. */
import type { FilePreview, FileSource, SendFileOptions, SottoClient, TransferProgress } from '@sotto/client';
import { ErrorCode, SottoError } from '@sotto/client';
import type { RoomNumber, Sequence, UserNumber } from '@sotto/model';
import type { KeptDownload, KeptUpload, TransferKeeper } from './kept-transfers.ts';
import { receive } from './receiving.ts';
import { type Readable, Slice } from './slice.ts';

export type TransferState =
  | { kind: 'moving'; progress: TransferProgress | undefined }
  | { kind: 'failed'; error: Error };

/** What is known of a file that is on its way. */
export interface TransferFile {
  /** undefined where the whole is not known before it is read. */
  sizeBytes: number | undefined;
  mediaType: string;
  preview: FilePreview | undefined;
}

export interface Transfer {
  /** Of an upload its client message id, of a download "room/sequence". */
  id: string;
  kind: 'upload' | 'download';
  room: RoomNumber;
  thread: Sequence | undefined;
  at: Date;
  name: string;
  file: TransferFile;
  /** The device keeps it: it goes on after a restart. */
  isKept: boolean;
  state: TransferState;
  cancel(): void;
}

export interface DownloadOptions {
  /** It is wanted on this device: it is kept meanwhile, and goes on after a restart. */
  keep?: boolean;
}

type SendFile = SendFileOptions & { clientMessageId: string };
type Begun = Omit<Transfer, 'state' | 'cancel' | 'isKept'>;
interface Moving {
  signal: AbortSignal;
  onProgress: (progress: TransferProgress) => void;
}

export interface TransfersOptions {
  client: SottoClient;
  nowMs: () => number;
  /** Who is logged in; undefined while nobody is. */
  account: () => UserNumber | undefined;
  keeper: TransferKeeper | undefined;
}

export class Transfers {
  readonly #client: SottoClient;
  readonly #options: TransfersOptions;
  readonly #all = new Slice<ReadonlyMap<string, Transfer>>(new Map());
  /** What failed, to be tried again. */
  readonly #tries = new Map<string, () => void>();
  readonly #downloads = new Map<string, Promise<Blob>>();
  readonly #kept = new Set<string>();

  constructor(options: TransfersOptions) {
    this.#client = options.client;
    this.#options = options;
    // From there on it is the outbox that keeps it.
    if (options.keeper !== undefined) options.client.outbox.onChange(() => this.#forgetOffered());
  }

  get all(): Readable<ReadonlyMap<string, Transfer>> {
    return this.#all;
  }

  /** Its row is this transfer until the message is in the outbox. */
  upload(room: RoomNumber, source: FileSource, options: SendFile): void {
    const name = options.name ?? (source instanceof File ? source.name : 'file');
    const at = new Date(this.#options.nowMs());
    this.#upload(room, source, { ...options, name }, at);
    const account = this.#options.account();
    if (account === undefined || !(source instanceof Blob)) return;
    this.#keep({ kind: 'upload', account, room, ...keptOf(source, options), name, atMs: at.getTime() });
  }

  /** Rejects where it is called off, or does not come. What is under way already is not begun again. */
  download(room: RoomNumber, sequence: Sequence, name: string, options: DownloadOptions = {}): Promise<Blob> {
    const id = `${room}/${sequence}`;
    const account = this.#options.account();
    const wanted: KeptDownload | undefined =
      options.keep === true && account !== undefined
        ? { kind: 'download', id, account, room, sequence, name }
        : undefined;
    if (wanted !== undefined) this.#keep(wanted);
    const under = this.#downloads.get(id);
    if (under !== undefined && this.#all.get().get(id)?.state.kind === 'moving') return under;
    return this.#download(room, sequence, name);
  }

  /** With what the device kept of this account when its program ended. */
  async goOn(account: UserNumber): Promise<void> {
    const { keeper } = this.#options;
    if (keeper === undefined) return;
    for (const transfer of await keeper.all(account)) {
      if (this.#all.get().has(transfer.id)) continue;
      this.#kept.add(transfer.id);
      if (transfer.kind === 'upload') this.#goOnUp(transfer);
      else this.#goOnDown(transfer);
    }
    this.#forgetOffered();
  }

  again(id: string): void {
    this.#tries.get(id)?.();
  }

  forget(id: string): void {
    this.#tries.delete(id);
    this.#letGo(id);
    this.#put(id, undefined);
  }

  #goOnUp({ id, room, thread, replyTo, atMs, name, mediaType, text, preview, file }: KeptUpload): void {
    if (this.#client.outbox.get(id) !== undefined) return;
    const options = { clientMessageId: id, name, mediaType, text };
    const more = {
      ...(thread === undefined ? {} : { thread }),
      ...(replyTo === undefined ? {} : { replyTo }),
      ...(preview === undefined ? {} : { preview }),
    };
    this.#upload(room, file, { ...options, ...more }, new Date(atMs));
  }

  #goOnDown(download: KeptDownload): void {
    const { room, sequence, name } = download;
    this.#download(room, sequence, name).then(
      (whole) => this.#options.keeper?.arrived(download, whole),
      // Its row says so.
      () => {},
    );
  }

  #upload(room: RoomNumber, source: FileSource, options: SendFile & { name: string }, at: Date): void {
    const { clientMessageId: id, thread, name } = options;
    const file = fileOf(source, options);
    this.#begin({ id, kind: 'upload', room, thread, at, name, file }, ({ signal, onProgress }) =>
      this.#client.sendFile(room, source, { keepFailed: true, ...options, signal, onProgress }),
    );
  }

  #download(room: RoomNumber, sequence: Sequence, name: string): Promise<Blob> {
    const id = `${room}/${sequence}`;
    const { promise, resolve, reject } = Promise.withResolvers<Blob>();
    const over = () => {
      if (this.#downloads.get(id) === promise) this.#downloads.delete(id);
    };
    this.#downloads.set(id, promise);
    promise.then(over, over);
    const at = new Date(this.#options.nowMs());
    const file = { sizeBytes: undefined, mediaType: '', preview: undefined };
    const what: Begun = { id, kind: 'download', room, thread: undefined, at, name, file };
    this.#begin(what, async (moving) => {
      const keeper = () => (this.#kept.has(id) ? this.#options.keeper : undefined);
      try {
        resolve(await receive({ client: this.#client, keeper, id, room, sequence, moving }));
      } catch (error) {
        // What is kept of it is something else: it begins anew.
        if (error instanceof SottoError && error.code === ErrorCode.FILE_CORRUPT) this.#letGo(id);
        reject(error);
        throw error;
      }
    });
    return promise;
  }

  #begin(what: Begun, work: (moving: Moving) => Promise<unknown>): void {
    const { id } = what;
    const ending = new AbortController();
    const cancel = () => {
      ending.abort();
      this.forget(id);
    };
    const tell = (state: TransferState) => {
      if (!ending.signal.aborted) this.#put(id, { ...what, isKept: this.#kept.has(id), cancel, state });
    };
    this.#tries.set(id, () => this.#begin(what, work));
    tell({ kind: 'moving', progress: undefined });
    work({ signal: ending.signal, onProgress: (progress) => tell({ kind: 'moving', progress }) }).then(
      () => {
        if (!ending.signal.aborted) this.forget(id);
      },
      (error) => tell({ kind: 'failed', error }),
    );
  }

  #keep(transfer: KeptUpload | KeptDownload): void {
    const { keeper } = this.#options;
    if (keeper === undefined) return;
    const { id } = transfer;
    this.#kept.add(id);
    void keeper.keep(transfer).then((isKept) => {
      if (!isKept) this.#kept.delete(id);
      const shown = this.#all.get().get(id);
      if (shown !== undefined) this.#put(id, { ...shown, isKept: this.#kept.has(id) });
    });
  }

  #letGo(id: string): void {
    if (this.#kept.delete(id)) this.#options.keeper?.forget(id);
  }

  #forgetOffered(): void {
    for (const id of this.#kept) if (this.#client.outbox.get(id) !== undefined) this.#letGo(id);
  }

  #put(id: string, transfer: Transfer | undefined): void {
    const all = new Map(this.#all.get());
    if (transfer === undefined) all.delete(id);
    else all.set(id, transfer);
    this.#all.set(all);
  }
}

const fileOf = (source: FileSource, { mediaType, preview }: SendFileOptions): TransferFile => ({
  sizeBytes: source instanceof Blob ? source.size : undefined,
  mediaType: mediaType ?? (source instanceof Blob ? source.type : ''),
  preview,
});

function keptOf(file: Blob, { clientMessageId: id, thread, replyTo, mediaType, text, preview }: SendFile) {
  return { id, file, thread, replyTo, mediaType: mediaType ?? file.type, text: text ?? '', preview };
}
