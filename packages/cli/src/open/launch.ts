/**
 * How a browser comes to the relay (C1): a page in a file that only this user may read posts a secret, which works once
 * and not for long, and gets a cookie for it. So neither addresses nor arguments of programs hold anything secret.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const LAUNCH_LASTS_MS = 30_000;
const SECRET_BYTES = 32;

export class LaunchSecret {
  readonly value = randomSecret();
  readonly #lapsesMs: number;
  #used = false;

  constructor(nowMs: number) {
    this.#lapsesMs = nowMs + LAUNCH_LASTS_MS;
  }

  /** True once, in time, for the secret itself. */
  use(given: string, nowMs: number): boolean {
    if (this.#used || nowMs >= this.#lapsesMs || !isSame(given, this.value)) return false;
    this.#used = true;
    return true;
  }
}

export const randomSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

/** Takes the same time wherever they differ. */
export function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The file to open, and what removes it with its folder. `beneath` is a folder of this user. */
export async function writeDoor(
  beneath: string,
  origin: string,
  secret: string,
): Promise<{ path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(beneath, 'sotto-open-'));
  const path = join(folder, 'open.html');
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await writeFile(path, doorPage(origin, secret), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    await remove();
    throw error;
  }
  return { path, remove };
}

/** Both are letters of our own: nothing is to be escaped. */
const doorPage = (origin: string, secret: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<title>Sotto</title>
<form method="post" action="${origin}/enter">
<input type="hidden" name="secret" value="${secret}">
<noscript><button>Open Sotto</button></noscript>
</form>
<script>document.forms[0].submit()</script>
`;
