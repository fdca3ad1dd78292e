/** How somebody's picture is made from who they are. */
const HUES = 16;

/** One of 16, from the user's UUID: the same everywhere and for ever. */
export function hueOf(uuid: string): number {
  let hash = 0;
  for (const digit of uuid.replaceAll('-', '')) hash = (hash * 31 + Number.parseInt(digit, 16)) >>> 0;
  // The low bits of such a hash depend on the last digits alone.
  return ((hash ^ (hash >>> 15)) >>> 0) % HUES;
}

/** The first letters of the first and the last word, two at most: "Alice Liddell" is AL, "bob" is B. */
export function initialsOf(name: string): string {
  const words = name.split(/[^\p{L}\p{M}\p{N}]+/u).filter((word) => word !== '');
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends.map((word) => firstLetter(word ?? '')).join('') || '?';
}

/** Each picture in a list asks. */
const segmenter = new Intl.Segmenter();

function firstLetter(word: string): string {
  const [first] = segmenter.segment(word);
  return (first?.segment ?? '').toLocaleUpperCase();
}
