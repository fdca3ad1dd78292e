/** What `@`, `#` and `:` complete to while something is written. */

export type CompletionSign = '@' | '#' | ':';

/** The word that is being written, with the sign that it begins with. */
export interface Completing {
  sign: CompletionSign;
  query: string;
  /** Of the sign and the word in the text. */
  start: number;
  end: number;
}

const WORD = /(?:^|[\s(])([@#:])([^\s@#:()]{0,32})$/u;
/** A colon is mostly punctuation: two letters say that it is not. */
const COLON_MIN = 2;

/** undefined where nothing is to be completed: the caret stands behind no such word. */
export function completingAt(text: string, caret: number): Completing | undefined {
  const [, sign, query] = WORD.exec(text.slice(0, caret)) ?? [];
  if (sign === undefined || query === undefined) return undefined;
  if (sign === ':' && query.length < COLON_MIN) return undefined;
  return { sign: sign as CompletionSign, query, start: caret - query.length - 1, end: caret };
}

/** The text with `word` in place of what was being written, and a blank behind it; where the caret is then. */
export function completed(text: string, { start, end }: Completing, word: string) {
  const rest = text.slice(end).replace(/^ /, '');
  return { text: `${text.slice(0, start)}${word} ${rest}`, caret: start + word.length + 1 };
}

/** Names that begin with the query before those in which a word does, then those that hold it; the rest is left out. */
export function ranked<T>(
  all: readonly T[],
  query: string,
  namesOf: (one: T) => readonly string[],
  most: number,
): readonly T[] {
  const wanted = query.toLocaleLowerCase();
  const placed = all.map((one) => ({
    one,
    rank: Math.min(...namesOf(one).map((name) => rankOf(name, wanted))),
  }));
  return placed
    .filter(({ rank }) => rank < NOT_AT_ALL)
    .sort((one, other) => one.rank - other.rank)
    .slice(0, most)
    .map(({ one }) => one);
}

const NOT_AT_ALL = 3;

function rankOf(name: string, wanted: string): number {
  const at = name.toLocaleLowerCase().indexOf(wanted);
  if (at < 0) return NOT_AT_ALL;
  if (at === 0) return 0;
  return /[\s._-]/.test(name[at - 1] ?? '') ? 1 : 2;
}
