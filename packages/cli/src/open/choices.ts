/** What somebody chose in a window, like its theme: the page of the next launch is of another origin, and gets it in its head [RELAY-10]. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RELAY_PATH } from '@sotto/transport/relay';

export const CHOICES_PATH = `${RELAY_PATH}/choices`;
const CHOICES_MAX = 16;
/** Nothing that means anything in HTML. */
const CHOICE = /^sotto\.[a-z]{1,32}=[A-Za-z0-9._:-]{1,64}$/;

/** Words of the shape `sotto.NAME=VALUE`, and of those the first sixteen; everything else is left out. */
export const choicesIn = (text: string): string =>
  text
    .split(/\s+/)
    .filter((word) => CHOICE.test(word))
    .slice(0, CHOICES_MAX)
    .join(' ');

export class Choices {
  readonly #path: string;

  constructor(directory: string) {
    this.#path = join(directory, 'choices');
  }

  /** '' where nothing was chosen. */
  async load(): Promise<string> {
    return choicesIn(await readFile(this.#path, 'utf8').catch(() => ''));
  }

  async save(text: string): Promise<void> {
    const draft = `${this.#path}.${process.pid}`;
    await writeFile(draft, choicesIn(text), { mode: 0o600 });
    await rename(draft, this.#path);
  }
}
