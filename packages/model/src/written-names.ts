/** Names within prose: where one that begins there may end, which the text alone does not say [TEXT-1]. */
import { readName } from './names.ts';
import { firstDisallowed, mapWidth } from './names-precis.ts';

export interface WrittenName {
  /** As names are compared. */
  key: string;
  /** Behind its last character, in UTF-16 units of the text. */
  end: number;
}

/** No valid name is longer as written. */
const WRITTEN_MAX_UNITS = 256;
const SEPARATOR = /[:,#/@]/;
/** What most names consist of; all else in a name is as likely the punctuation of the sentence. */
const PLAIN = /^[\p{L}\p{N}\p{M}._'-]*/u;

/**
 * A name may hold nearly any visible ASCII, so where it ends is not certain, and which names exist is not known here.
 * So up to three readings count: all of the run of characters that a name may hold (`o'neil`, `bob!`); that run as far as
 * it is plain and without dots, dashes, underscores and quotes at its end (`bob`); and that without `'s`.
 * Longest first, without two of one key.
 */
export function namesAt(text: string, start: number): readonly WrittenName[] {
  const written = /^\S*/.exec(text.slice(start, start + WRITTEN_MAX_UNITS))?.[0] ?? '';
  const run = nameLike(normal(written));
  const plain = (PLAIN.exec(run)?.[0] ?? '').replace(/[._'-]+$/, '');
  const names = new Map<string, WrittenName>();
  for (const name of [run, plain, plain.replace(/'s$/, '')]) {
    const reading = readName(name);
    if (reading.kind === 'invalid' || names.has(reading.key)) continue;
    names.set(reading.key, { key: reading.key, end: start + writtenLength(written, name) });
  }
  return [...names.values()];
}

const normal = (text: string): string => mapWidth(text).normalize('NFC');

function nameLike(text: string): string {
  const run = text.split(SEPARATOR, 1)[0] ?? '';
  const stranger = firstDisallowed(run);
  return stranger === undefined ? run : run.slice(0, run.indexOf(stranger));
}

/** Of what of `written` became `name`, the longest that did. Normalising hardly ever changes lengths, and never their order. */
function writtenLength(written: string, name: string): number {
  if (written.startsWith(name)) return name.length;
  let least = 0;
  let most = written.length;
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (normal(written.slice(0, middle)).length <= name.length) least = middle;
    else most = middle - 1;
  }
  return least;
}
