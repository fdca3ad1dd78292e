/**
 * Makes text of others safe to print: nothing in it can move the cursor, colour the screen, hide, or reorder what
 * stands around it. What is taken out is shown in its place, so that nobody is fooled by its absence either.
 */

/**
 * Controls, format characters (bidi overrides, invisible ones), line separators and lone surrogates, and U+E0000, which is
 * invisible as the tags behind it are but belongs to no category. The joiners that emoji and several scripts need, and
 * the soft hyphen, stay.
 */
const UNSAFE = /(?!\u200c|\u200d|\u00ad)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u{e0000}]/gu;
const CONTROL_PICTURES = 0x2400;
const DELETE = 0x7f;
const DELETE_PICTURE = '\u2421';

/** One line: line breaks are shown as well. */
export function sanitizeLine(text: string): string {
  return text.replaceAll('\t', '    ').replace(UNSAFE, visible);
}

/** The text's own lines, each safe to print. CR LF counts as one line break. */
export function sanitizeLines(text: string): readonly string[] {
  return text.split(/\r?\n/).map(sanitizeLine);
}

/** For programs: the same characters as JSON escapes, which lose nothing. `json` is the output of JSON.stringify. */
export function escapeJson(json: string): string {
  return json.replace(UNSAFE, (character) =>
    [...Array(character.length).keys()].map((at) => escapeUnit(character.charCodeAt(at))).join(''),
  );
}

const escapeUnit = (unit: number): string => `\\u${unit.toString(16).padStart(4, '0')}`;

/** ESC becomes the one-column picture of ESC; what has no picture becomes its number: `<U+202E>`. */
function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(CONTROL_PICTURES + code);
  if (code === DELETE) return DELETE_PICTURE;
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}
