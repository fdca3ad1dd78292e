/**
 * What the eye makes of a name [NAME-3] (UTS 39 section 4). Apart from `names.ts` and from the package's index, because
 * its table weighs 100 KB and only servers compare skeletons.
 */
import unhomoglyph from 'unhomoglyph';
import { readName } from './names.ts';

/**
 * Two names with one skeleton look alike: `alice`, `aIice` with a capital I, and `аlice` with a Cyrillic letter.
 * Takes the `name` of a valid reading: which letters look alike depends on their case.
 */
export function nameSkeleton(name: string): string {
  return atRest(name, (text) => settle(settle(text).toLowerCase()));
}

/**
 * Of a display name, comparable with those of names: as of the name, where it is one, and without spaces, which a glance
 * passes over. Takes the `text` of a valid reading.
 */
export function displayNameSkeleton(text: string): string {
  const plain = text.replaceAll(' ', '');
  const reading = readName(plain);
  return nameSkeleton(reading.kind === 'valid' ? reading.name : plain);
}

const settle = (name: string): string =>
  atRest(name.normalize('NFD'), (text) => unhomoglyph(text).normalize('NFD'));

/** The table's replacements, and small letters of them, can look like something else again; a few rounds end that. */
function atRest(text: string, step: (text: string) => string): string {
  let resting = text;
  for (let round = 0; round < 4; round++) {
    const next = step(resting);
    if (next === resting) break;
    resting = next;
  }
  return resting;
}
