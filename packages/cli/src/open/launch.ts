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
  /** What the file asks an origin, and what none but the relay answers: so it knows whom it gives `value` to [RELAY-9]. */
  readonly question = randomSecret();
  readonly answer = randomSecret();
  readonly #lapsesMs: number;
  #used = false;

  constructor(nowMs: number) {
    this.#lapsesMs = nowMs + LAUNCH_LASTS_MS;
  }

  /** True once, in time, for the secret itself. */
  use(given: string, nowMs: number): boolean {
    if (this.#isOver(nowMs) || !isSame(given, this.value)) return false;
    this.#used = true;
    return true;
  }

  answers(question: string, nowMs: number): boolean {
    return !this.#isOver(nowMs) && isSame(question, this.question);
  }

  #isOver(nowMs: number): boolean {
    return this.#used || nowMs >= this.#lapsesMs;
  }
}

export const randomSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

/** Takes the same time wherever they differ. */
export function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Where the file leads: by the address where the relay does not answer to its name, or to words that say so. */
export interface Way {
  origin: string;
  plainOrigin: string | undefined;
}

type DoorSecret = Pick<LaunchSecret, 'value' | 'question' | 'answer'>;

export interface Door {
  readonly path: string;
  remove(): Promise<void>;
}

/** The file to open, and what removes it with its folder. `beneath` is a folder of this user. */
export async function writeDoor(beneath: string, way: Way, secret: DoorSecret): Promise<Door> {
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

/** How long looking for the name may take; a relay that is busy answers later than that, and is then gone to as well. */
const LOOK_MS = 3_000;

/**
 * All are letters of our own: nothing is to be escaped. Not every browser knows itself where `.localhost` is, and whoever
 * tells it may lie: the secret goes to the name only after the answer that the relay alone can give.
 */
const doorPage = (
  { origin, plainOrigin }: Way,
  { value, question, answer }: DoorSecret,
): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<title>Sotto</title>
<form method="post" action="${origin}/enter">
<input type="hidden" name="secret" value="${value}">
</form>
<noscript>Sotto needs JavaScript, which this browser does not run here.</noscript>
<p hidden>This browser does not find Sotto by its name, which ends in .localhost. Name another browser in SOTTO_BROWSER, and start sotto open again.</p>
<script>
const form = document.forms[0];
let isOver = false;
const enter = (origin) => {
  if (isOver) return;
  isOver = true;
  form.action = origin + '/enter';
  form.submit();
};
const otherwise = () => {
  ${plainOrigin === undefined ? "document.querySelector('p').hidden = isOver;" : `enter('${plainOrigin}');`}
};
fetch('${origin}/enter?question=${question}', { cache: 'no-store', redirect: 'error' })
  .then((response) => response.text())
  .then((text) => (text === '${answer}' ? enter('${origin}') : otherwise()))
  .catch(otherwise);
setTimeout(otherwise, ${LOOK_MS});
</script>
`;
