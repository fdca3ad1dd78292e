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
  return settle(settle(name).toLowerCase());
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

/** The table's own replacements can contain confusable characters; a few rounds bring it to rest. */
function settle(name: string): string {
  let skeleton = name.normalize('NFD');
  for (let round = 0; round < 4; round++) {
    const next = unhomoglyph(skeleton).normalize('NFD');
    if (next === skeleton) break;
    skeleton = next;
  }
  return skeleton;
}
