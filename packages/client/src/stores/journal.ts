/**
 * An append-only file of lines. A write is on the disk when its promise resolves; while one runs, the next gathers.
 * A line that a crash left unfinished is skipped. Grown far beyond what it has to say, the file is written anew.
 */
import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory } from './system-files.ts';

const FILE_MODE = 0o600;
/** Never written anew below this, and then only when it is this many times longer than needed. */
const COMPACT_MIN_BYTES = 256 * 1024;
const COMPACT_FACTOR = 4;

interface Waiting {
  line: string;
  resolve(): void;
  reject(error: unknown): void;
}

export interface JournalOptions {
  path: string;
  /** The lines that say everything the file has to say now, what was appended and not yet written included. */
  compacted(): readonly string[];
}

export class Journal {
  readonly #options: JournalOptions;
  #file: FileHandle;
  #bytes: number;
  #compactAt: number;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  /** The last write failed, perhaps in the middle of a line. */
  #torn = false;

  private constructor(options: JournalOptions, file: FileHandle, bytes: number, torn: boolean) {
    this.#options = options;
    this.#file = file;
    this.#bytes = bytes;
    this.#torn = torn;
    this.#compactAt = Math.max(COMPACT_MIN_BYTES, bytes);
  }

  /** Calls `each` with every line there is. */
  static async open(options: JournalOptions, each: (line: string) => void): Promise<Journal> {
    const file = await open(options.path, 'a+', FILE_MODE);
    try {
      const text = await file.readFile('utf8');
      for (const line of text.split('\n')) if (line !== '') each(line);
      await syncDirectory(dirname(options.path));
      return new Journal(options, file, Buffer.byteLength(text), text !== '' && !text.endsWith('\n'));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  append(line: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line, resolve, reject });
      this.#writing ??= this.#write().finally(() => {
        this.#writing = undefined;
      });
    });
  }

  /** After everything appended is written. */
  async close(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
    await this.#file.close();
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await this.#append(batch.map(({ line }) => line));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        this.#torn = true;
        for (const { reject } of batch) reject(error);
      }
    }
  }

  async #append(lines: readonly string[]): Promise<void> {
    const text = `${this.#torn ? '\n' : ''}${lines.join('\n')}\n`;
    await this.#file.appendFile(text);
    await this.#file.datasync();
    this.#torn = false;
    this.#bytes += Buffer.byteLength(text);
    if (this.#bytes >= this.#compactAt) await this.#compact();
  }

  async #compact(): Promise<void> {
    const text = this.#options
      .compacted()
      .map((line) => `${line}\n`)
      .join('');
    const bytes = Buffer.byteLength(text);
    this.#compactAt = Math.max(COMPACT_MIN_BYTES, COMPACT_FACTOR * bytes);
    if (this.#bytes < this.#compactAt) return;
    const path = join(dirname(this.#options.path), 'journal.new');
    const file = await open(path, 'w', FILE_MODE);
    try {
      await file.writeFile(text);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(path, this.#options.path);
    await syncDirectory(dirname(path));
    await this.#file.close();
    this.#file = await open(this.#options.path, 'a', FILE_MODE);
    this.#bytes = bytes;
  }
}
