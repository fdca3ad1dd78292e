/** Words that were looked for, in the texts in which they were found. */

export interface Piece {
  /** Where it begins. */
  at: number;
  text: string;
  isMarked: boolean;
}

/** The text cut at words that begin with one of those; case and accents do not count, as for the search. */
export function piecesOf(text: string, words: readonly string[]): readonly Piece[] {
  const pattern = patternOf(words);
  if (pattern === undefined) return [{ at: 0, text, isMarked: false }];
  const folded = foldKeepingLength(text);
  const pieces: Piece[] = [];
  let end = 0;
  for (const found of folded.matchAll(pattern)) {
    if (found.index > end) pieces.push({ at: end, text: text.slice(end, found.index), isMarked: false });
    const at = found.index;
    end = at + found[0].length;
    pieces.push({ at, text: text.slice(at, end), isMarked: true });
  }
  if (end < text.length) pieces.push({ at: end, text: text.slice(end), isMarked: false });
  return pieces;
}

const BEFORE_CHARACTERS = 50;

/** Cuts the beginning of a long text, so that the first of these words is near the new one. */
export function aroundFirst(words: readonly string[]): (text: string) => string {
  return (text) => {
    const pattern = patternOf(words);
    const at = pattern === undefined ? -1 : foldKeepingLength(text).search(pattern);
    if (at <= 2 * BEFORE_CHARACTERS) return text;
    const start = text.indexOf(' ', at - BEFORE_CHARACTERS) + 1;
    return `…${text.slice(start > 0 && start <= at ? start : at)}`;
  };
}

function patternOf(words: readonly string[]): RegExp | undefined {
  const wanted = words.map((word) => foldKeepingLength(word.trim())).filter((word) => word !== '');
  if (wanted.length === 0) return undefined;
  const sources = wanted.map((word) => RegExp.escape(word).replaceAll('\\x20', '\\s+'));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${sources.join('|')})[\\p{L}\\p{N}]*`, 'giu');
}

/** Without accents, each letter at its place. */
const foldKeepingLength = (text: string): string =>
  text.replace(/[\u0080-\u{10ffff}]/gu, (letter) => {
    const bare = letter.normalize('NFD').replace(/\p{M}+/gu, '');
    return bare.length === letter.length ? bare : letter;
  });
