/** What terminals type when a file is dropped on them: its path, quoted, with backslashes, bare, or as a URL. */
import { readWord } from '@sotto/app/commands';

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
