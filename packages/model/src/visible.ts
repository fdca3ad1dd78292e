/** Text without what nobody sees: what a language model is told, and what it says [PROMPT-2] [REPLY-2]. */

/** All that is left out or looked at below: most text has none of it. */
const MAY_HIDE =
  /[\p{Cs}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\ufff9-\ufffb]|(?![\n\t])\p{Cc}/u;
/** An emoji as a whole, one joiner within a word of a script that needs it, or (the group) what is left out. */
const PARTS = new RegExp(
  [
    /\p{RGI_Emoji}/v,
    /(?<=[[\p{scx=Arab}\p{scx=Syrc}\p{scx=Mong}\p{scx=Khmr}\p{scx=Sinh}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}]--[\u200c\u200d]])[\u200c\u200d](?=\p{L})/v,
    /([[\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\ufff9-\ufffb\p{Cc}]--[\n\t]])/v,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gv',
);
/** They spell text that no font shows; flags of regions are made of them. */
const TAGS = /[\u{e0000}-\u{e007f}]/gu;

/**
 * Without controls but line feed and tab, what changes the writing direction, what draws nothing, and Unicode tags; half
 * a surrogate pair becomes U+FFFD. Joiners stay within emoji and words that need them. Doing it again changes nothing.
 */
export function visibleText(text: string): string {
  if (!MAY_HIDE.test(text)) return text;
  // First, lest taking something out joins two halves.
  const whole = text.toWellFormed().replace(TAGS, '');
  return whole.replace(PARTS, (part, hidden: string | undefined) => (hidden === undefined ? part : ''));
}
