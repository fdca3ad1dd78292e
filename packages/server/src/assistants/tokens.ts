/** How many tokens a text may be: rather too many, since every model counts otherwise [PROMPT-3]. Pure. */

/** No text of so many characters has fewer tokens than one. */
export const CHARACTERS_OF_TOKEN = 3;
/** English has about four letters to a token, and numbers up to three digits. */
const LETTER = 1 / CHARACTERS_OF_TOKEN;
const OTHER_ASCII = 1;
/** By UTF-16 unit, as models with few of these scripts in their vocabulary have it. */
const TWO_BYTES = 1;
const THREE_BYTES = 2;

export function estimateTokens(text: string): number {
  let tokens = 0;
  for (let at = 0; at < text.length; at++) tokens += costOf(text.charCodeAt(at));
  return Math.ceil(tokens);
}

function costOf(unit: number): number {
  if (unit < 0x80)
    return unit === 0x20 || (unit >= 0x41 && (unit & 0x5f) <= 0x5a && (unit & 0x5f) >= 0x41)
      ? LETTER
      : OTHER_ASCII;
  return unit < 0x800 ? TWO_BYTES : THREE_BYTES;
}
