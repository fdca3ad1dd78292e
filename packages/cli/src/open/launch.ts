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

/** Where the file leads: by the address where the browser does not find the name, or to words that say so. */
export interface Way {
  origin: string;
  plainOrigin: string | undefined;
}

export interface Door {
  readonly path: string;
  remove(): Promise<void>;
}

/** The file to open, and what removes it with its folder. `beneath` is a folder of this user. */
export async function writeDoor(beneath: string, way: Way, secret: string): Promise<Door> {
  const folder = await mkdtemp(join(beneath, 'sotto-open-'));
  const path = join(folder, 'open.html');
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await writeFile(path, doorPage(way, secret), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    await remove();
    throw error;
  }
  return { path, remove };
}

/** How long looking for the name may take; a relay that is busy answers later than that. */
const LOOK_MS = 3_000;

/** All are letters of our own: nothing is to be escaped. */
const doorPage = ({ origin, plainOrigin }: Way, secret: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<title>Sotto</title>
<form method="post" action="${origin}/enter">
<input type="hidden" name="secret" value="${secret}">
<noscript><button>Open Sotto</button></noscript>
</form>
<p hidden>This browser does not find names that end in .localhost. Name another one in SOTTO_BROWSER, and start sotto open again.</p>
<script>
const form = document.forms[0];
let isOver = false;
const once = (run) => () => {
  if (!isOver) run();
  isOver = true;
};
const plain = () => {
  ${
    plainOrigin === undefined
      ? "document.querySelector('p').hidden = false;"
      : `form.action = '${plainOrigin}/enter';
  form.submit();`
  }
};
fetch('${origin}/enter', { mode: 'no-cors', cache: 'no-store' }).then(once(() => form.submit()), once(plain));
setTimeout(once(() => form.submit()), ${LOOK_MS});
</script>
`;
