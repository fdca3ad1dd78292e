/** Files that are open by name and not always in fact: of any number of them, so many at a time have a descriptor. */
import { type FileHandle, open } from 'node:fs/promises';
import { Slots } from './slots.ts';

const PRIVATE_FILE = 0o600;
/** Of the thousand that a process has at least. */
const OPEN_FILES_MAX = 256;

export interface NamedFile {
  readonly path: string;
  /** Those of opening it again. */
  readonly flags: number;
}

interface Opened {
  handle: Promise<FileHandle>;
  uses: number;
}

export class OpenFiles {
  readonly #max: number;
  /** The one used longest ago comes first. */
  readonly #opened = new Map<NamedFile, Opened>();
  readonly #slots: Slots;

  constructor(max = OPEN_FILES_MAX) {
    this.#max = max;
    this.#slots = new Slots(max);
  }

  /** Opens it where it is not open, and lets `work` have it: at most `max` of these at a time. */
  use<T>(file: NamedFile, work: (handle: FileHandle) => Promise<T>): Promise<T> {
    return this.#slots.take(() => this.#with(file, work));
  }

  /** It may be used again, and is opened again then. Not while it is used. */
  async release(file: NamedFile): Promise<void> {
    const opened = this.#opened.get(file);
    this.#opened.delete(file);
    await (await opened?.handle.catch(() => undefined))?.close();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#opened.keys()].map((file) => this.release(file)));
  }

  async #with<T>(file: NamedFile, work: (handle: FileHandle) => Promise<T>): Promise<T> {
    const opened = this.#opened.get(file) ?? { handle: this.#open(file), uses: 0 };
    opened.uses++;
    this.#opened.delete(file);
    this.#opened.set(file, opened);
    try {
      return await work(await opened.handle);
    } finally {
      opened.uses--;
    }
  }

  async #open(file: NamedFile): Promise<FileHandle> {
    try {
      if (this.#opened.size >= this.#max) await this.#closeOldest();
      return await open(file.path, file.flags, PRIVATE_FILE);
    } catch (error) {
      this.#opened.delete(file);
      throw error;
    }
  }

  /** There is one that nobody uses: no more than `max` run, and whoever asks has none yet. */
  async #closeOldest(): Promise<void> {
    for (const [file, { uses }] of this.#opened) if (uses === 0) return this.release(file);
  }
}
