/** All uploads under way. Of one account and file there is one, and whoever asked last has it [UPLOAD-2]. */
import { formatBytes, UPLOAD_KEPT_MS, type UserNumber } from '@sotto/model';
import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { KeyedLock } from '../keyed-lock.ts';
import { type BlobStore, type PartialBlob, StorageFull } from './blobs.ts';
import { digestKey, partialName } from './keys.ts';
import type { FileStore, UploadRecord } from './store.ts';
import { type Kept, Upload, type UploadFate, type UploadOwner } from './upload.ts';
import type { FileLimits } from './usage.ts';

export interface UploadsOptions {
  store: FileStore;
  blobs: BlobStore;
  limits: FileLimits;
  /** By `digestKey` and `partialName`; shared with what removes. */
  digests: KeyedLock;
  clock: Clock;
  /** An account needs a file no more. */
  dropped: () => void;
  onFailure: (failure: unknown) => void;
}

export interface WantedUpload {
  transfer: number;
  user: UserNumber;
  sha256: Uint8Array;
  sizeBytes: number;
  creditBytes: number;
}

interface Live {
  upload: Upload;
  owner: UploadOwner;
}

export class Uploads {
  readonly #options: UploadsOptions;
  readonly #live = new Map<string, Live>();
  /** Starting and ending, by `partialName`. */
  readonly #order = new KeyedLock();

  constructor(options: UploadsOptions) {
    this.#options = options;
  }

  /** Throws SottoError. The upload is the caller's until `end`, or until its owner is told that it failed. */
  async start(wanted: WantedUpload, owner: UploadOwner): Promise<Upload> {
    const { user, sha256, sizeBytes } = wanted;
    const { digests, limits } = this.#options;
    const { fileMax } = limits;
    if (fileMax !== undefined && sizeBytes > fileMax)
      throw new SottoError(
        ErrorCode.FILE_TOO_LARGE,
        `${formatBytes(sizeBytes)}, at most ${formatBytes(fileMax)}`,
      );
    const key = partialName(user, sha256);
    return this.#order.run([key], async () => {
      await this.#takeOver(key);
      const partial = await digests.run([key], async () =>
        (await this.#reserve(wanted)) ? this.#open(wanted) : undefined,
      );
      const upload = new Upload({ ...wanted, partial, owner, fate: this.#fate(wanted) });
      this.#live.set(key, { upload, owner });
      return upload;
    });
  }

  /** Resolves once its bytes are where they are kept, or gone. */
  async end(upload: Upload, kept: Kept): Promise<void> {
    const key = partialName(upload.user, upload.sha256);
    await upload.end(kept);
    if (this.#live.get(key)?.upload === upload) this.#live.delete(key);
  }

  /** Of one that has ended: nothing is to be gone on with, unless another connection does already. */
  async discard(user: UserNumber, sha256: Uint8Array): Promise<void> {
    const key = partialName(user, sha256);
    await this.#order.run([key], async () => {
      const live = this.#live.get(key);
      if (live !== undefined && !live.upload.hasEnded) return;
      if (live !== undefined) await this.end(live.upload, 'keep');
      await this.#drop(user, sha256);
    });
  }

  /** Its row is gone: so is the rest. */
  async giveUp({ user, sha256 }: Pick<UploadRecord, 'user' | 'sha256'>): Promise<void> {
    const { store, blobs } = this.#options;
    const key = partialName(user, sha256);
    await this.#order.run([key], async () => {
      // Begun anew since.
      if ((await store.upload(user, sha256)) !== undefined) return;
      const live = this.#live.get(key);
      if (live === undefined) return blobs.dropPartial(key);
      live.owner.failed(new SottoError(ErrorCode.FILE_GONE, 'the upload expired'));
      await this.end(live.upload, 'discard');
    });
  }

  /** Every one that is under way ends; what was received is kept. */
  async stop(): Promise<void> {
    await Promise.all([...this.#live.values()].map(({ upload }) => this.end(upload, 'keep')));
  }

  /** Waits for what the earlier connection has still to write. */
  async #takeOver(key: string): Promise<void> {
    const earlier = this.#live.get(key);
    if (earlier === undefined) return;
    earlier.owner.failed(new SottoError(ErrorCode.TRANSFER_ELSEWHERE));
    await this.end(earlier.upload, 'keep');
  }

  /** False where the account has the file here already. */
  async #reserve({ user, sha256, sizeBytes }: WantedUpload): Promise<boolean> {
    const { store, limits, clock } = this.#options;
    const expiresMs = clock.now() + UPLOAD_KEPT_MS;
    const result = await store.reserve({ user, sha256, sizeBytes, expiresMs }, limits);
    switch (result) {
      case 'finished':
        return false;
      case 'reserved':
        return true;
      case 'accountFull':
        throw new SottoError(
          ErrorCode.QUOTA_EXCEEDED,
          `at most ${formatBytes(limits.accountMax ?? 0)} of one account`,
        );
      case 'allFull':
        throw new SottoError(ErrorCode.STORAGE_FULL, 'the files of all accounts');
      case 'tooMany':
        throw new SottoError(ErrorCode.LIMIT_REACHED, 'uploads of one account');
    }
  }

  async #open({ user, sha256, sizeBytes }: WantedUpload): Promise<PartialBlob> {
    const partial = await this.#openWithin(partialName(user, sha256), sizeBytes);
    if (partial !== undefined) return partial;
    await this.#drop(user, sha256);
    throw new SottoError(ErrorCode.STORAGE_FULL, `${sizeBytes} bytes`);
  }

  /** Undefined where there is no room for all of it beside what others have still to send. */
  async #openWithin(name: string, sizeBytes: number): Promise<PartialBlob | undefined> {
    const { blobs } = this.#options;
    try {
      const partial = await blobs.openPartial(name, sizeBytes);
      const freeBytes = await blobs.freeBytes();
      const coming = [...this.#live.values()].reduce((sum, { upload }) => sum + upload.comingBytes, 0);
      if (freeBytes - coming >= sizeBytes - partial.length) return partial;
      await partial.drop();
    } catch (error) {
      if (!(error instanceof StorageFull)) throw error;
    }
    return undefined;
  }

  #fate({ user, sha256 }: WantedUpload): UploadFate {
    const { store, digests, clock, onFailure } = this.#options;
    return {
      store: (partial) =>
        digests.run([digestKey(sha256)], async () => {
          await partial.finish(sha256);
          if (await store.finishUpload(user, sha256, clock.now() + UPLOAD_KEPT_MS)) return;
          this.#options.dropped();
          throw new SottoError(ErrorCode.FILE_GONE, 'the upload expired');
        }),
      drop: async (partial) => {
        await partial?.drop();
        await this.#drop(user, sha256);
      },
      broken: (error) => {
        onFailure(error);
        return new SottoError(ErrorCode.INTERNAL, 'the store of files');
      },
    };
  }

  /** Finished or not. */
  async #drop(user: UserNumber, sha256: Uint8Array): Promise<void> {
    const { store, blobs, dropped } = this.#options;
    await blobs.dropPartial(partialName(user, sha256));
    await store.dropUpload(user, sha256);
    dropped();
  }
}
