/** Paths in a line, as a shell reads them. */

export interface PathWord {
  word: string;
  /** What follows it, with the blanks before it. */
  rest: string;
}

const PLAIN = /^[^\s'"\\]+/u;
const SINGLE = /^'([^']*)'/u;
const DOUBLE = /^"((?:[^"\\]|\\.)*)"/su;
const ESCAPED = /^\\(.)/su;
/** Windows: backslashes are part of the path. */
const DRIVE = /^[a-z]:\\\S*/i;

/**
 * The first word as a shell reads it: in quotes of either kind, or with backslashes before blanks. Undefined where quotes
 * do not end.
 */
export function readWord(text: string): PathWord | undefined {
  const drive = DRIVE.exec(text)?.[0];
  let word = drive ?? '';
  let rest = text.slice(word.length);
  while (rest !== '' && !/^\s/u.test(rest)) {
    const [taken, piece] = nextPiece(rest);
    if (taken === 0) return undefined;
    word += piece;
    rest = rest.slice(taken);
  }
  return word === '' ? undefined : { word, rest };
}

function nextPiece(text: string): readonly [taken: number, piece: string] {
  const plain = PLAIN.exec(text)?.[0];
  if (plain !== undefined) return [plain.length, plain];
  const double = DOUBLE.exec(text);
  if (double !== null) return [double[0].length, (double[1] ?? '').replace(/\\(["\\$`])/g, '$1')];
  const other = SINGLE.exec(text) ?? ESCAPED.exec(text);
  return other === null ? [0, ''] : [other[0].length, other[1] ?? ''];
}

/** As `readWord` reads it back. */
export const escapePath = (path: string): string => path.replace(/[\s'"\\]/gu, '\\$&');
