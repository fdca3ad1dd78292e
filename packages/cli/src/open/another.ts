/**
 * How a second launch comes to a window of the relay that has its profile [RELAY-8]: a note beside the profile, which
 * only its user can read, says where that is, and holds the key by which both know each other.
 */
import { createHmac } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSame, randomSecret } from './launch.ts';
import { isFolder, type WindowFolder } from './window.ts';

export const WINDOW_PATH = '/window';
/** One that has just begun writes its note soon. */
const PATIENCE_MS = 5_000;
const EACH_MS = 100;
const WORD = /^[A-Za-z0-9_-]{43}$/;

interface Note {
  origin: string;
  key: string;
}

/** What the relay has of it. */
export class WindowDesk {
  readonly #key = randomSecret();
  readonly #door: (folder: WindowFolder) => Promise<string>;

  /** `door`: writes the file that lets one more browser in. */
  constructor(door: (folder: WindowFolder) => Promise<string>) {
    this.#door = door;
  }

  /** Until the returned function is called. */
  async note(directory: string, origin: string): Promise<() => Promise<void>> {
    const path = noteIn(directory);
    const note: Note = { origin, key: this.#key };
    const draft = `${path}.${process.pid}`;
    await writeFile(draft, JSON.stringify(note), { mode: 0o600 });
    await rename(draft, path);
    return () => rm(path, { force: true });
  }

  /** The answer; undefined for whoever does not have the key. */
  async answer(body: string): Promise<string | undefined> {
    const given = new URLSearchParams(body);
    const [nonce, folder, proof] = ['nonce', 'folder', 'proof'].map((name) => given.get(name) ?? '');
    if (nonce === undefined || !WORD.test(nonce) || !isFolder(folder)) return undefined;
    if (!isSame(proof ?? '', proofOf(this.#key, 'ask', nonce, folder))) return undefined;
    const address = await this.#door(folder);
    return JSON.stringify({ address, proof: proofOf(this.#key, 'answer', nonce, address) });
  }
}

/** `file:` and the file that lets a browser into the relay of this profile; undefined where none answers. */
export async function anotherWindow(
  directory: string,
  folder: WindowFolder,
  patienceMs = PATIENCE_MS,
): Promise<string | undefined> {
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += EACH_MS) {
    const address = await askOnce(directory, folder).catch(() => undefined);
    if (address !== undefined) return address;
    await Bun.sleep(EACH_MS);
  }
  return undefined;
}

/** Where that relay is gone, its port may be somebody else's: the key is not sent, and the answer must prove it. */
async function askOnce(directory: string, folder: WindowFolder): Promise<string | undefined> {
  const { origin, key } = JSON.parse(await readFile(noteIn(directory), 'utf8')) as Note;
  const { host, port } = new URL(origin);
  const nonce = randomSecret();
  const proof = proofOf(key, 'ask', nonce, folder);
  const response = await fetch(`http://127.0.0.1:${port}${WINDOW_PATH}`, {
    method: 'POST',
    headers: { Host: host },
    body: new URLSearchParams({ nonce, folder, proof }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (!response.ok) return undefined;
  const answer = (await response.json()) as { address: string; proof: string };
  return isSame(answer.proof, proofOf(key, 'answer', nonce, answer.address)) ? answer.address : undefined;
}

const noteIn = (directory: string): string => join(directory, 'relay');

const proofOf = (key: string, ...words: readonly string[]): string =>
  createHmac('sha256', key).update(words.join('\n')).digest('base64url');
