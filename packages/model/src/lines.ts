/** Text that other people see in places of their screens that are not its writer's: topics, reasons, names, statuses [TEXT-4]. */

export type LineReading = { kind: 'valid'; text: string } | { kind: 'invalid'; reason: string };

export interface LineRule {
  /** Code points, after normalisation. */
  maxCharacters: number;
  /** 'many' keeps line feeds. */
  lines: 'one' | 'many';
}

/** Normalisation to NFC makes nothing shorter than this part of what it was. */
const SHRINKS_AT_MOST = 4;
const EMOJI = /\p{RGI_Emoji}/gv;
/** Controls, lone surrogates, private code points and noncharacters, line and paragraph separators, and what reorders a line. */
const FORBIDDEN = /[\p{Cc}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
/** Draws nothing. Joiners and selectors have their use in words of some languages; whole emoji are taken out before. */
const INVISIBLE =
  /(?!\u200C|\u200D|\uFE0E|\uFE0F)\p{Default_Ignorable_Code_Point}|\p{Default_Ignorable_Code_Point}{2}/u;
/** UTS 39 section 5.4: longer runs of marks are drawn over the neighbouring lines. */
const MARKS_PILED_UP = /\p{Mn}{5}/u;

/** Reads what somebody wrote: NFC, without space around it; reading the result again changes nothing. May be empty. */
export function readLine(written: string, { maxCharacters, lines }: LineRule): LineReading {
  const tooLong = `longer than ${maxCharacters} characters`;
  if (written.length > 2 * SHRINKS_AT_MOST * maxCharacters) return invalid(tooLong);
  if (!written.isWellFormed()) return invalid('not valid Unicode');
  const text = (lines === 'many' ? written.replace(/\r\n?/g, '\n') : written).normalize('NFC').trim();
  if ([...text].length > maxCharacters) return invalid(tooLong);
  const words = text.replace(EMOJI, '');
  const bad = FORBIDDEN.exec(lines === 'many' ? words.replaceAll('\n', '') : words) ?? INVISIBLE.exec(words);
  if (bad !== null) return invalid(`${codePoint(bad[0])} is not allowed`);
  return MARKS_PILED_UP.test(words)
    ? invalid('more than four combining marks in a row')
    : { kind: 'valid', text };
}

const invalid = (reason: string): LineReading => ({ kind: 'invalid', reason });

/** `U+0007`: safe to show whatever it is. */
export function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
