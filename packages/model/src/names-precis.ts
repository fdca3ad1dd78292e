/**
 * PRECIS as far as names need it: the IdentifierClass (RFC 8264 section 4.2, derived as in section 8), the width
 * mapping and the directionality rule of RFC 8265 section 3.3. Character properties are those of the runtime's Unicode.
 */

/** RFC 5892 section 2.6, the code points that are valid whatever their properties say. */
const ALWAYS_VALID = new Set([...'ßς۽۾་〇']);
/** RFC 5892 section 2.6, those that never are. */
const NEVER_VALID = new Set([...'\u0640\u07FA\u302E\u302F\u3031\u3032\u3033\u3034\u3035\u303B']);

const VISIBLE_ASCII = /^[\x21-\x7E]$/;
const LETTER_OR_DIGIT = /^[\p{Ll}\p{Lu}\p{Lo}\p{Lm}\p{Nd}\p{Mn}\p{Mc}]$/u;
const INVISIBLE = /^[\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\p{Join_Control}]$/u;
/** Conjoining jamo: Hangul_Syllable_Type L, V and T. */
const OLD_HANGUL_JAMO = /^[\u1100-\u11FF\uA960-\uA97C\uD7B0-\uD7C6\uD7CB-\uD7FB]$/;

/**
 * Whether the class holds `character`, which stands at `index` of `all`. Joiners (CONTEXTJ) are refused outright: they
 * are invisible, and no language needs them to write a short name.
 */
function inIdentifierClass(character: string, index: number, all: readonly string[]): boolean {
  if (ALWAYS_VALID.has(character)) return true;
  if (NEVER_VALID.has(character)) return false;
  const contextual = CONTEXT_RULES[character];
  if (contextual !== undefined) return contextual(all, index);
  if (VISIBLE_ASCII.test(character)) return true;
  if (OLD_HANGUL_JAMO.test(character) || INVISIBLE.test(character)) return false;
  return character.normalize('NFKC') === character && LETTER_OR_DIGIT.test(character);
}

type ContextRule = (all: readonly string[], index: number) => boolean;

const matches = (pattern: RegExp, character: string | undefined): boolean =>
  character !== undefined && pattern.test(character);
const besideLetterL: ContextRule = (all, index) =>
  matches(/^l$/i, all[index - 1]) && matches(/^l$/i, all[index + 1]);
const beforeGreek: ContextRule = (all, index) => matches(/^\p{Script=Greek}$/u, all[index + 1]);
const afterHebrew: ContextRule = (all, index) => matches(/^\p{Script=Hebrew}$/u, all[index - 1]);
const amongJapanese: ContextRule = (all) =>
  all.some((other) => /^[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]$/u.test(other));
const withoutExtendedDigits: ContextRule = (all) => !all.some((other) => /^[۰-۹]$/u.test(other));
const withoutArabicDigits: ContextRule = (all) => !all.some((other) => /^[٠-٩]$/u.test(other));

/** CONTEXTO: RFC 5892 appendix A.3 to A.9. */
const CONTEXT_RULES: Readonly<Record<string, ContextRule>> = {
  '\u00B7': besideLetterL,
  '\u0375': beforeGreek,
  '\u05F3': afterHebrew,
  '\u05F4': afterHebrew,
  '\u30FB': amongJapanese,
  ...Object.fromEntries([...'٠١٢٣٤٥٦٧٨٩'].map((digit) => [digit, withoutExtendedDigits])),
  ...Object.fromEntries([...'۰۱۲۳۴۵۶۷۸۹'].map((digit) => [digit, withoutArabicDigits])),
};

/** The first character outside the IdentifierClass; undefined when there is none. */
export function firstDisallowed(text: string): string | undefined {
  const all = [...text];
  return all.find((character, index) => !inIdentifierClass(character, index, all));
}

/** RFC 8265 section 3.3.2, rule 1: fullwidth and halfwidth forms become the characters they stand for. */
export function mapWidth(text: string): string {
  return text.replace(/[\uFF01-\uFF9F\uFFE0-\uFFEE\u3000]/g, (form) => form.normalize('NFKC'));
}

/** The areas Unicode keeps for right-to-left scripts. */
const RIGHT_TO_LEFT =
  /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10CFF}\u{10D00}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;
const ARABIC_DIGIT = /[\u0660-\u0669\u{10D30}-\u{10D39}]/u;
const EUROPEAN_DIGIT = /[0-9\u06F0-\u06F9]/;
const LEFT_TO_RIGHT = /[\p{L}\p{Nd}\p{Mc}]/u;

type Direction = 'rightToLeft' | 'leftToRight' | 'arabicDigit' | 'europeanDigit' | 'mark' | 'neutral';

function direction(character: string): Direction {
  if (/\p{Mn}/u.test(character)) return 'mark';
  if (ARABIC_DIGIT.test(character)) return 'arabicDigit';
  if (EUROPEAN_DIGIT.test(character)) return 'europeanDigit';
  if (RIGHT_TO_LEFT.test(character)) return 'rightToLeft';
  return LEFT_TO_RIGHT.test(character) ? 'leftToRight' : 'neutral';
}

/**
 * The Bidi Rule (RFC 5893 section 2): a name with any right-to-left character is right-to-left throughout, so that it
 * reads the same wherever it stands in a line.
 */
export function readsOneWay(text: string): boolean {
  const directions = [...text].map(direction);
  if (!directions.includes('rightToLeft') && !directions.includes('arabicDigit')) return true;
  const last = directions.findLast((each) => each !== 'mark');
  return (
    directions[0] === 'rightToLeft' &&
    !directions.includes('leftToRight') &&
    !(directions.includes('arabicDigit') && directions.includes('europeanDigit')) &&
    last !== 'neutral'
  );
}
