/**
 * What a file that others sent may be called on a disk of Linux, macOS or Windows [FILENAME-1]. Whoever saves it still has
 * to see that nothing is there by that name.
 */
import { utf8Length, utf8Prefix } from './utf8.ts';

/** Below what every file system takes, so that there is room for what is put behind it while it is fetched. */
export const SAFE_NAME_MAX_BYTES = 200;
const FALLBACK = 'file';
/** Keeps the work on a hostile name small; what is left out would be cut off anyway. */
const READ_MAX_UNITS = 4_096;
const ENDING_READ_UNITS = 64;

const DRIVE = /^[a-z]:/i;
/** Controls, what draws nothing, what changes the writing direction, and what marks annotations. */
const INVISIBLE = /[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\uFFF9-\uFFFC]/gu;
/** Also the blank of braille, which is none to Unicode. */
const BLANKS = /[\s\u2800]+/gu;
/** What Windows forbids, and what looks like a slash or becomes one on the way to a file system. */
const FORBIDDEN = /[<>:"|?*/\\\u2044\u2215\u29F5\u29F8\u29F9\uFE68\uFF0F\uFF3C]/gu;
/** Lone surrogates, and what means something to one program alone: WSL and Samba write a colon as U+F03A. */
const MEANINGLESS = /[\p{Cs}\p{Co}\p{Noncharacter_Code_Point}]/gu;
/** Hidden files, options of commands, homes, and marks that would be drawn over what stands before the name. */
const BAD_START = /^[.\-~\s\p{M}]+/u;
const BAD_END = /[.\s]+$/u;
/** Windows has these in every folder, with any ending, in any case. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$|clock\$)\s*(?:\.|$)/i;
const ENDING = /(?<=.)(?:\.tar)?\.[^.\s]{1,16}$/isu;

/** Never empty, at most SAFE_NAME_MAX_BYTES in UTF-8, well-formed, NFC; made safe again it stays the same. */
export function safeFileName(name: string): string {
  const clean = lastPart(name)
    .replace(DRIVE, '')
    .replace(INVISIBLE, '')
    .replace(BLANKS, ' ')
    .replace(MEANINGLESS, '_')
    .replace(FORBIDDEN, '_')
    .normalize('NFC')
    .replace(BAD_START, '')
    .replace(BAD_END, '');
  if (clean === '') return FALLBACK;
  return fitted(isDevice(clean) ? `_${clean}` : clean, '');
}

export const isDevice = (name: string): boolean => DEVICE.test(name);

/** "name (2).ext" of a name that is safe; so is the result. `n` is a whole number above 0. */
export const numberedName = (name: string, n: number): string => fitted(name, ` (${n})`);

/** `suffix` goes before the ending; what is too long is cut there. */
function fitted(name: string, suffix: string): string {
  const ending = ENDING.exec(name)?.[0] ?? '';
  const stem = name.slice(0, name.length - ending.length);
  const cut = utf8Prefix(stem, SAFE_NAME_MAX_BYTES - utf8Length(suffix) - utf8Length(ending));
  return (cut === stem && suffix === '' ? stem : cut.replace(BAD_END, '')) + suffix + ending;
}

/** What stands behind the last slash, but for slashes at the end. */
function lastPart(name: string): string {
  let end = name.length;
  while (end > 0 && isSlash(name[end - 1])) end--;
  const part = name.slice(Math.max(name.lastIndexOf('/', end - 1), name.lastIndexOf('\\', end - 1)) + 1, end);
  if (part.length <= READ_MAX_UNITS) return part;
  return part.slice(0, READ_MAX_UNITS - ENDING_READ_UNITS) + part.slice(-ENDING_READ_UNITS);
}

const isSlash = (character: string | undefined): boolean => character === '/' || character === '\\';
