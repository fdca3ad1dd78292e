/** Uploads that are not done, in the account's profile: one file, replaced as a whole. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeptUpload, UploadJournal } from '@sotto/terminal';

const NAME = 'uploads.json';
/** More are sent as well, but not gone on with. */
const UPLOADS_MAX = 256;

/** What cannot be read is as if nothing was kept. */
export async function openUploadJournal(directory: string): Promise<UploadJournal> {
  const path = join(directory, NAME);
  return new FileUploadJournal(path, await readKept(path));
}

class FileUploadJournal implements UploadJournal {
  readonly #path: string;
  #all: readonly KeptUpload[];
  /** One after the other: each writes the whole. */
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, all: readonly KeptUpload[]) {
    this.#path = path;
    this.#all = all;
  }

  get all(): readonly KeptUpload[] {
    return this.#all;
  }

  put(upload: KeptUpload): Promise<void> {
    const others = this.#all.filter(({ clientMessageId }) => clientMessageId !== upload.clientMessageId);
    this.#all = [...others, upload].slice(-UPLOADS_MAX);
    return this.#write();
  }

  drop(id: string): Promise<void> {
    if (!this.#all.some(({ clientMessageId }) => clientMessageId === id)) return this.#writing;
    this.#all = this.#all.filter(({ clientMessageId }) => clientMessageId !== id);
    return this.#write();
  }

  /** A disk that is full costs going on after a crash, and nothing else. */
  #write(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#replace()).catch(() => undefined);
    return this.#writing;
  }

  async #replace(): Promise<void> {
    if (this.#all.length === 0) return rm(this.#path, { force: true });
    const fresh = `${this.#path}.new`;
    await writeFile(fresh, JSON.stringify(this.#all), { mode: 0o600, flush: true });
    await rename(fresh, this.#path);
  }
}

async function readKept(path: string): Promise<readonly KeptUpload[]> {
  try {
    const kept: unknown = JSON.parse(await readFile(path, 'utf8'));
    return Array.isArray(kept) ? kept.filter(isKept).slice(-UPLOADS_MAX) : [];
  } catch {
    return [];
  }
}

function isKept(value: unknown): value is KeptUpload {
  if (typeof value !== 'object' || value === null) return false;
  const types: Readonly<Record<keyof KeptUpload, string>> = {
    path: 'string',
    sizeBytes: 'number',
    modifiedMs: 'number',
    target: 'object',
    strict: 'boolean',
    text: 'string',
    clientMessageId: 'string',
  };
  const fields: Readonly<Record<string, unknown>> = { ...value };
  return (
    Object.entries(types).every(([name, type]) => typeof fields[name] === type) && isTarget(fields.target)
  );
}

function isTarget(target: unknown): boolean {
  if (typeof target !== 'object' || target === null || !('kind' in target)) return false;
  const isName = (name: unknown) => typeof name === 'string' || typeof name === 'number';
  if (target.kind === 'room') return 'room' in target && isName(target.room);
  return target.kind === 'people' && 'recipients' in target && isNames(target.recipients, isName);
}

const isNames = (names: unknown, isName: (name: unknown) => boolean): boolean =>
  Array.isArray(names) && names.every(isName);
