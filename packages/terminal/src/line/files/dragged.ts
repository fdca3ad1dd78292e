/** What terminals type when a file is dropped on them: its path, quoted, with backslashes, bare, or as a URL. */

const FILE_URL = /^file:\/\/(?:localhost)?(\/[^?#\s]*)$/i;
const ABSOLUTE = /^(?:\/|~\/|[a-z]:[\\/])/i;

/**
 * The paths that a line may be, the likeliest first; none where it is no path. Whether such a file is there is to be
 * seen.
 */
export function draggedPaths(line: string): readonly string[] {
  const text = line.trim();
  const paths = [urlPath(text), readWord(text, true)?.word, text];
  const found = paths.flatMap((path) => (path !== undefined && ABSOLUTE.test(path) ? [path] : []));
  return [...new Set(found)];
}

function urlPath(text: string): string | undefined {
  const path = FILE_URL.exec(text)?.[1];
  try {
    return path === undefined ? undefined : decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

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
 * do not end; with `whole` also where more follows.
 */
export function readWord(text: string, whole = false): PathWord | undefined {
  const drive = DRIVE.exec(text)?.[0];
  let word = drive ?? '';
  let rest = text.slice(word.length);
  while (rest !== '' && !/^\s/u.test(rest)) {
    const [taken, piece] = nextPiece(rest);
    if (taken === 0) return undefined;
    word += piece;
    rest = rest.slice(taken);
  }
  return word === '' || (whole && rest !== '') ? undefined : { word, rest };
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
