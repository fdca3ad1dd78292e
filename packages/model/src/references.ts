/** Rooms and messages that a text names: `#garden`, `#garden/12`, and `\@alice/12`, which mentions nobody [TEXT-8]. */
import { MESSAGE_MAX_BYTES } from './limits.ts';
import type { RawBlock } from './markdown/raw.ts';
import { proseOf } from './prose.ts';
import { namesAt, type WrittenName } from './written-names.ts';

export interface ReferenceSpan {
  /** Of its sign, in UTF-16 units. */
  start: number;
  to: 'room' | 'person';
  /** Readings of the name, longest first; one where a number follows. Never empty. */
  names: readonly WrittenName[];
  /** Of the message. */
  sequence: number | undefined;
  end: number;
}

export const REFERENCES_MAX = 200;
const MAY_HOLD_REFERENCE = /#|\\@/;
/** As an "@" that mentions somebody, and not within a path. */
const SIGN = /#(?<![\p{L}\p{N}\p{M}.+\-%=&@#/\\]_{0,3}#)|(?<=(?<!\\)\\)@/gu;
const NUMBER = /^\/(\d{1,16})(?![\p{L}\p{N}_/])/u;

/** In the order of the text; as many signs as REFERENCES_MAX are looked at. */
export function referencesIn(text: string, blocks?: readonly RawBlock[]): readonly ReferenceSpan[] {
  if (!MAY_HOLD_REFERENCE.test(text)) return [];
  const prose = proseOf(text.slice(0, MESSAGE_MAX_BYTES), blocks);
  return [...prose.matchAll(SIGN)]
    .slice(0, REFERENCES_MAX)
    .flatMap(({ 0: sign, index }) => referenceAt(prose, index, sign === '#' ? 'room' : 'person'));
}

function referenceAt(prose: string, start: number, to: ReferenceSpan['to']): readonly ReferenceSpan[] {
  const names = namesAt(prose, start + 1);
  for (const name of names) {
    const [number = '', digits] = NUMBER.exec(prose.slice(name.end, name.end + NUMBER_MAX_UNITS)) ?? [];
    const sequence = Number(digits);
    if (!Number.isSafeInteger(sequence) || sequence === 0) continue;
    return [{ start, to, names: [name], sequence, end: name.end + number.length }];
  }
  const end = names[0]?.end;
  return to === 'person' || end === undefined ? [] : [{ start, to, names, sequence: undefined, end }];
}

const NUMBER_MAX_UNITS = 18;
