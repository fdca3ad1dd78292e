/** What people call themselves beside the name they have [TEXT-5]. That it looks like nobody else's is for servers to see to. */
import { DISPLAY_NAME_MAX_CHARACTERS } from './limits.ts';
import { type LineReading, readLine } from './lines.ts';

const LETTER_OR_DIGIT = /[\p{L}\p{Nd}]/u;
const EMOJI = /\p{RGI_Emoji}/gv;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;

/** Spaces of every width become one; joiners are refused outside of emoji. An empty one is for the caller to allow. */
export function readDisplayName(written: string): LineReading {
  const line = readLine(written, { maxCharacters: DISPLAY_NAME_MAX_CHARACTERS, lines: 'one' });
  if (line.kind === 'invalid') return line;
  const text = line.text.replace(/\p{Zs}+/gu, ' ');
  if (!LETTER_OR_DIGIT.test(text)) return { kind: 'invalid', reason: 'no letter or digit' };
  if (INVISIBLE.test(text.replace(EMOJI, '')))
    return { kind: 'invalid', reason: 'holds something invisible' };
  return { kind: 'valid', text };
}
