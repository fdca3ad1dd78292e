/**
 * Forgets what nobody needs: uploads that nobody goes on with, stored files that nothing refers to, and bytes without rows,
 * which a crash leaves [UPKEEP-1] to [UPKEEP-4].
 */
import type { Clock } from '@sotto/protocol';
import type { KeyedLock } from '../keyed-lock.ts';
import type { BlobStore } from './blobs.ts';
import { digestKey, readPartialName } from './keys.ts';
import type { FileStore, UploadRecord } from './store.ts';

export const SWEEP_MS = 5 * 60_000;
/** What is erased meanwhile goes together. */
const GATHER_MS = 1_000;
const STORED_AT_ONCE = 100;
/** Bytes without rows, where no row is known at all, that may be what a crash left. */
const ORPHANS_MAX = 100;
/** Digests whose bytes could not be removed, tried again with each sweep; more of them wait for the next start. */
const UNREMOVED_MAX = 10_000;

export interface UpkeepOptions {
  store: Pick<FileStore, 'dropExpired' | 'unreferenced' | 'forget' | 'stored' | 'upload'>;
  blobs: Pick<BlobStore, 'remove' | 'partials' | 'blobs' | 'dropPartial'>;
  /** By `digestKey` and `partialName`; shared with what stores. */
  digests: KeyedLock;
  /** Removes what is there of an upload that is given up. */
  giveUp: (upload: UploadRecord) => Promise<void>;
  clock: Clock;
  /** Told of failures; it is tried again. */
  onFailure: (failure: unknown) => void;
}

export class Upkeep {
  readonly #options: UpkeepOptions;
  #cancel: (() => void) | undefined;
  #sweeping: Promise<void> | undefined;
  #again = false;
  #woken = false;
  #stopped = false;
  readonly #unremoved = new Map<string, Uint8Array>();

  constructor(options: UpkeepOptions) {
    this.#options = options;
    this.#schedule(SWEEP_MS);
  }

  /** Looks for what a crash left; then, and from then on, for what nobody needs. */
  start(): void {
    this.#begin(async () => {
      await this.#dropOrphanBlobs();
      await this.#dropOrphanPartials();
    });
  }

  /** Something that referred to files may be gone. */
  wake = (): void => {
    if (this.#woken) return;
    this.#woken = true;
    this.#cancel?.();
    this.#schedule(GATHER_MS);
  };

  /** Waits for what is under way, which goes no further than the file it is at. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#sweeping;
  }

  #schedule(inMs: number): void {
    if (this.#stopped) return;
    this.#cancel = this.#options.clock.after(inMs, () => {
      this.#woken = false;
      this.#schedule(SWEEP_MS);
      this.#begin();
    });
  }

  #begin(first: () => Promise<void> = async () => {}): void {
    if (this.#sweeping !== undefined) {
      this.#again = true;
      return;
    }
    this.#sweeping = this.#sweep(first).finally(() => {
      this.#sweeping = undefined;
      if (this.#again && !this.#stopped) this.#begin();
    });
  }

  async #sweep(first: () => Promise<void>): Promise<void> {
    this.#again = false;
    // One that fails keeps no other from being done.
    for (const task of [first, this.#dropExpired, this.#removeUnremoved, this.#forgetUnreferenced])
      await task().catch(this.#options.onFailure);
  }

  readonly #dropExpired = async (): Promise<void> => {
    const { store, giveUp, clock, onFailure } = this.#options;
    while (!this.#stopped) {
      const expired = await store.dropExpired(clock.now());
      if (expired.length === 0) return;
      for (const upload of expired) if (!upload.finished) await giveUp(upload).catch(onFailure);
    }
  };

  readonly #removeUnremoved = async (): Promise<void> => {
    const sha256s = [...this.#unremoved.values()];
    this.#unremoved.clear();
    for (let from = 0; from < sha256s.length; from += STORED_AT_ONCE)
      await this.#removeUnlessStored(sha256s.slice(from, from + STORED_AT_ONCE));
  };

  readonly #forgetUnreferenced = async (): Promise<void> => {
    while (!this.#stopped) {
      const unreferenced = await this.#options.store.unreferenced();
      let forgotten = 0;
      for (const sha256 of unreferenced) if (!this.#stopped && (await this.#forget(sha256))) forgotten++;
      if (forgotten === 0) return;
    }
  };

  /** False where something refers to it again. What a crash leaves after forgetting it is an orphan. */
  #forget(sha256: Uint8Array): Promise<boolean> {
    const { store, digests } = this.#options;
    return digests.run([digestKey(sha256)], async () => {
      if (!(await store.forget(sha256))) return false;
      await this.#remove(sha256);
      return true;
    });
  }

  async #remove(sha256: Uint8Array): Promise<void> {
    try {
      await this.#options.blobs.remove(sha256);
    } catch (failure) {
      if (this.#unremoved.size < UNREMOVED_MAX) this.#unremoved.set(digestKey(sha256), sha256);
      this.#options.onFailure(failure);
    }
  }

  async #dropOrphanPartials(): Promise<void> {
    const { store, blobs, digests } = this.#options;
    for await (const name of blobs.partials()) {
      if (this.#stopped) return;
      const upload = readPartialName(name);
      if (upload === undefined) await blobs.dropPartial(name);
      else
        await digests.run([name], async () => {
          const row = await store.upload(upload.user, upload.sha256);
          if (row === undefined || row.finished) await blobs.dropPartial(name);
        });
    }
  }

  async #dropOrphanBlobs(): Promise<void> {
    if (await this.#isOfOthers())
      throw new Error('of the files that are there none is known: this is the place of another server');
    for await (const sha256s of this.#batches()) await this.#removeUnlessStored(sha256s);
  }

  /** A crash leaves a few: many without one that is known were never this server's. */
  async #isOfOthers(): Promise<boolean> {
    let there = 0;
    for await (const sha256s of this.#batches()) {
      if ((await this.#options.store.stored(sha256s)).length > 0) return false;
      there += sha256s.length;
    }
    return there > ORPHANS_MAX;
  }

  async *#batches(): AsyncGenerator<readonly Uint8Array[]> {
    let batch: Uint8Array[] = [];
    for await (const sha256 of this.#options.blobs.blobs()) {
      if (this.#stopped) return;
      if (batch.push(sha256) < STORED_AT_ONCE) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  async #removeUnlessStored(sha256s: readonly Uint8Array[]): Promise<void> {
    const { store, digests } = this.#options;
    const stored = new Set((await store.stored(sha256s)).map(digestKey));
    for (const sha256 of sha256s) {
      if (stored.has(digestKey(sha256)) || this.#stopped) continue;
      await digests.run([digestKey(sha256)], async () => {
        if ((await store.stored([sha256])).length === 0) await this.#remove(sha256);
      });
    }
  }
}
