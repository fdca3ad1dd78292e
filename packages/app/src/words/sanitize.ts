/**
 * Makes text of others safe to print: nothing in it can move the cursor, colour the screen, hide, reorder what stands
 * around it, or pile up over other lines. What is taken out is shown in its place, so that nobody is fooled by its
 * absence either.
 */

/**
 * Controls, format characters (bidi overrides, invisible ones), line separators, lone surrogates, what fonts draw as
 * they like (private use), and everything else that is drawn as nothing: fillers, tags. The joiners and variation
 * selectors that emoji and several scripts need, and the soft hyphen, stay.
 */
const UNSAFE =
  /(?!\u200c|\u200d|\u00ad|\p{Variation_Selector})[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;
/** A second invisible character where one says all there is to say; a selector and then a joiner is what emoji have. */
const INVISIBLE_AGAIN =
  /(?<=\u00ad|\u200c|\u200d)(?:\u00ad|\u200c|\u200d|\p{Variation_Selector})+|(?<=\p{Variation_Selector})\p{Variation_Selector}(?:\u00ad|\u200c|\u200d|\p{Variation_Selector})*/gu;
/** Below this nothing combines with anything. */
const MAY_COMBINE = /[\u0300-\u{10ffff}]/u;
const MARK = /\p{M}/u;
/** More are drawn over the lines above and below; the most that a script needs are about six. */
const MARKS_MAX = 8;
/** Code points that are drawn as one; the longest emoji have ten. */
export const CLUSTER_MAX = 24;
const CONTROL_PICTURES = 0x2400;
const DELETE = 0x7f;
const DELETE_PICTURE = '\u2421';

export const clusters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** One line: line breaks are shown as well. */
export function sanitizeLine(text: string): string {
  const visible = text.replaceAll('\t', '    ').replace(UNSAFE, shown);
  if (!MAY_COMBINE.test(visible)) return visible;
  return boundClusters(visible.replace(INVISIBLE_AGAIN, (run) => more([...run].length)));
}

/** More empty lines than these would only push everything else off the screen. */
const EMPTY_LINES = /(?:\r?\n[ \t]*){4,}(?=\r?\n|$)/g;

/** The text's own lines, each safe to print. CR LF counts as one line break. */
export function sanitizeLines(text: string): readonly string[] {
  const gathered = text.replace(EMPTY_LINES, (run) => `\n<+${run.split('\n').length - 1} lines>`);
  return gathered.split(/\r?\n/).map(sanitizeLine);
}

/** For programs: the same characters as JSON escapes, which lose nothing. `json` is the output of JSON.stringify. */
export function escapeJson(json: string): string {
  return json.replace(UNSAFE, (character) =>
    [...Array(character.length).keys()].map((at) => escapeUnit(character.charCodeAt(at))).join(''),
  );
}

const escapeUnit = (unit: number): string => `\\u${unit.toString(16).padStart(4, '0')}`;

/** ESC becomes the one-column picture of ESC; what has no picture becomes its number: `<U+202E>`. */
function shown(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(CONTROL_PICTURES + code);
  if (code === DELETE) return DELETE_PICTURE;
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

/** So many more characters were here. */
const more = (count: number): string => `<+${count}>`;

function boundClusters(text: string): string {
  let bounded = '';
  for (const { segment } of clusters.segment(text))
    bounded += segment.length <= MARKS_MAX ? segment : cut(segment);
  return bounded;
}

function cut(cluster: string): string {
  const characters = [...cluster];
  let marks = 0;
  const end = characters.findIndex((character, at) => {
    if (MARK.test(character)) marks += 1;
    return marks > MARKS_MAX || at >= CLUSTER_MAX;
  });
  return end === -1 ? cluster : characters.slice(0, end).join('') + more(characters.length - end);
}
