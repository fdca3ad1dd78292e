/**
 * Names of users and rooms [NAME-1]: PRECIS UsernameCaseMapped (RFC 8265 section 3.3) with the limits that let a name
 * be typed in a line: `2: text`, `1,3: text`, `#room: text`.
 */
import { NAME_MAX_CHARACTERS } from './limits.ts';
import { codePoint } from './lines.ts';
import { firstDisallowed, mapWidth, readsOneWay } from './names-precis.ts';

export type NameReading =
  /** `name` keeps the case it was written in; `key` is what names are compared by. */
  { kind: 'valid'; name: string; key: string } | { kind: 'invalid'; reason: string };

/** They separate names from each other and from the text in what people type. */
const SEPARATORS = /[:,#/@]/;
const DIGITS_ONLY = /^\p{Nd}+$/u;
const LETTER_OR_DIGIT = /[\p{L}\p{Nd}]/u;
/** UTS 39 section 5.4: longer runs of marks are drawn on top of each other, or over the neighbouring lines. */
const MARKS_PILED_UP = /^\p{M}|\p{Mn}{5}/u;
/** No valid name is longer before mapping; keeps the work on a hostile one small. */
const WRITTEN_MAX_UNITS = 8 * NAME_MAX_CHARACTERS;

/** Reads a name as somebody wrote it. Reading `name` or `key` again gives the same `key` [NAME-2]. */
export function readName(text: string): NameReading {
  if (text.length > WRITTEN_MAX_UNITS) return invalid(`longer than ${NAME_MAX_CHARACTERS} characters`);
  if (!text.isWellFormed()) return invalid('not valid Unicode');
  const name = mapWidth(text).normalize('NFC');
  const key = foldCase(name);
  const reason = fault(name) ?? fault(key);
  if (reason !== undefined) return invalid(reason);
  // RFC 8264 section 7: text that the rules do not bring to rest is refused.
  return foldCase(key) === key ? { kind: 'valid', name, key } : invalid('changes whenever it is normalised');
}

const invalid = (reason: string): NameReading => ({ kind: 'invalid', reason });
const foldCase = (name: string): string => name.toLowerCase().normalize('NFC');

function fault(name: string): string | undefined {
  const length = [...name].length;
  if (length === 0) return 'empty';
  if (length > NAME_MAX_CHARACTERS) return `longer than ${NAME_MAX_CHARACTERS} characters`;
  const separator = SEPARATORS.exec(name)?.[0];
  if (separator !== undefined) return `${separator} is not allowed in a name`;
  const disallowed = firstDisallowed(name);
  if (disallowed !== undefined) return `${codePoint(disallowed)} is not allowed in a name`;
  if (DIGITS_ONLY.test(name)) return 'digits only, which would be a number';
  if (!LETTER_OR_DIGIT.test(name)) return 'no letter or digit';
  if (MARKS_PILED_UP.test(name)) return 'combining marks without a letter, or more than four in a row';
  return readsOneWay(name) ? undefined : 'mixes writing directions';
}
