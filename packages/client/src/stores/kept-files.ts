/**
 * Kept pages in a profile on disk: a file each, replaced as a whole, readable by its owner only. What is no such file, or of
 * another log, is no page [STORE-10].
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeptChanges, KeptPages } from '../store.ts';
import { isPageName } from './page-name.ts';

const FORMAT = 'sotto kept 1';
const NEW = '.new';

export class KeptFiles {
  readonly #directory: string;
  /** One change after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Of the files that are there; undefined until it is known. */
  #log: string | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  load(log: string): Promise<KeptPages> {
    return this.#inTurn(async () => {
      const names = (await readdir(this.#directory).catch(() => [])).filter(isPageName);
      const read = await Promise.all(names.map(async (name) => [name, await this.#read(name, log)] as const));
      return new Map(read.flatMap(([name, bytes]) => (bytes === undefined ? [] : [[name, bytes]])));
    });
  }

  save(log: string, changes: KeptChanges): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#log !== log) await this.#dropOthers(log);
      this.#log = log;
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      for (const [name, bytes] of changes) await this.#write(name, log, bytes);
    });
  }

  clear(): Promise<void> {
    return this.#inTurn(() => rm(this.#directory, { recursive: true, force: true }));
  }

  /** Resolves when nothing is being written. */
  async settled(): Promise<void> {
    await this.#turn;
  }

  async #dropOthers(log: string): Promise<void> {
    const names = await readdir(this.#directory).catch(() => []);
    for (const name of names) {
      const bytes = isPageName(name) ? await this.#read(name, log) : undefined;
      if (bytes === undefined) await rm(join(this.#directory, name), { recursive: true, force: true });
    }
  }

  async #read(name: string, log: string): Promise<Uint8Array | undefined> {
    const file = await readFile(join(this.#directory, name)).catch(() => undefined);
    const head = Buffer.from(headOf(log));
    if (file === undefined || !file.subarray(0, head.length).equals(head)) return undefined;
    return new Uint8Array(file.subarray(head.length));
  }

  async #write(name: string, log: string, bytes: Uint8Array | undefined): Promise<void> {
    if (!isPageName(name)) throw new Error('not the name of a page');
    const path = join(this.#directory, name);
    if (bytes === undefined) return rm(path, { force: true });
    await writeFile(`${path}${NEW}`, Buffer.concat([Buffer.from(headOf(log)), bytes]), { mode: 0o600 });
    await rename(`${path}${NEW}`, path);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }
}

const headOf = (log: string): string => `${FORMAT} ${encodeURIComponent(log)}\n`;
