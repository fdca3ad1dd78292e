/** What terminals type when a file is dropped on them: its path, quoted, with backslashes, bare, or as a URL. */

const FILE_URL = /^file:\/\/(?:localhost)?(\/[^?#\s]*)$/i;
const ABSOLUTE = /^(?:\/|~\/|[a-z]:[\\/])/i;

/** More are no drop but a text that goes through many paths. */
const DROPPED_MAX = 32;

/**
 * What files a line may be the paths of, the likeliest first; none where it is no path. Whether such files are there is to
 * be seen.
 */
export function draggedPaths(line: string): readonly (readonly string[])[] {
  const text = line.trim();
  // As some terminals type it: bare, whatever is in it.
  const readings = [pathsOf(text), ABSOLUTE.test(text) ? [text] : []];
  return readings.filter((paths, at) => paths.length > 0 && (at === 0 || paths[0] !== readings[0]?.[0]));
}

/** All words of it; none where one of them is no path. */
function pathsOf(text: string): readonly string[] {
  const paths: string[] = [];
  for (let rest = text; rest !== ''; ) {
    const read = readWord(rest);
    const path = read === undefined ? undefined : (urlPath(read.word) ?? read.word);
    if (read === undefined || path === undefined || !ABSOLUTE.test(path)) return [];
    if (paths.push(path) > DROPPED_MAX) return [];
    rest = read.rest.trimStart();
  }
  return paths;
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
