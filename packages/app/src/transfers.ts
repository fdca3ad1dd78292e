/** Files on their way, for whoever shows them, over all changes of screen. */
import type { FilePreview, FileSource, SendFileOptions, SottoClient, TransferProgress } from '@sotto/client';
import type { RoomNumber, Sequence } from '@sotto/model';
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
  state: TransferState;
  cancel(): void;
}

type SendFile = SendFileOptions & { clientMessageId: string };

export class Transfers {
  readonly #client: SottoClient;
  readonly #nowMs: () => number;
  readonly #all = new Slice<ReadonlyMap<string, Transfer>>(new Map());
  /** What failed, to be tried again. */
  readonly #tries = new Map<string, () => void>();
  readonly #downloads = new Map<string, Promise<Blob>>();

  constructor(client: SottoClient, nowMs: () => number) {
    this.#client = client;
    this.#nowMs = nowMs;
  }

  get all(): Readable<ReadonlyMap<string, Transfer>> {
    return this.#all;
  }

  /** Its row is this transfer until the message is in the outbox. */
  upload(room: RoomNumber, source: FileSource, options: SendFile): void {
    const { clientMessageId: id, thread } = options;
    const name = options.name ?? (source instanceof File ? source.name : 'file');
    const file = fileOf(source, options);
    this.#begin({ id, kind: 'upload', room, thread, name, file }, ({ signal, onProgress }) =>
      this.#client.sendFile(room, source, { keepFailed: true, ...options, signal, onProgress }),
    );
  }

  /** Rejects where it is called off, or does not come. What is under way already is not begun again. */
  download(room: RoomNumber, sequence: Sequence, name: string): Promise<Blob> {
    const id = `${room}/${sequence}`;
    const under = this.#downloads.get(id);
    if (under !== undefined && this.#all.get().get(id)?.state.kind === 'moving') return under;
    const { promise, resolve, reject } = Promise.withResolvers<Blob>();
    const over = () => {
      if (this.#downloads.get(id) === promise) this.#downloads.delete(id);
    };
    this.#downloads.set(id, promise);
    promise.then(over, over);
    const file = { sizeBytes: undefined, mediaType: '', preview: undefined };
    this.#begin({ id, kind: 'download', room, thread: undefined, name, file }, async (moving) => {
      try {
        const { stream } = await this.#client.fetchFile(room, sequence, moving);
        resolve(await new Response(stream).blob());
      } catch (error) {
        reject(error);
        throw error;
      }
    });
    return promise;
  }

  again(id: string): void {
    this.#tries.get(id)?.();
  }

  forget(id: string): void {
    this.#tries.delete(id);
    this.#put(id, undefined);
  }

  #begin(
    what: Omit<Transfer, 'state' | 'cancel' | 'at'>,
    work: (moving: {
      signal: AbortSignal;
      onProgress: (progress: TransferProgress) => void;
    }) => Promise<unknown>,
  ): void {
    const { id } = what;
    const ending = new AbortController();
    const cancel = () => {
      ending.abort();
      this.forget(id);
    };
    const at = new Date(this.#nowMs());
    const tell = (state: TransferState) => {
      if (!ending.signal.aborted) this.#put(id, { ...what, at, cancel, state });
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
