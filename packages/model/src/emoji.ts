/** Emoji as they are compared and counted: exactly one, in the one form that Unicode recommends [TEXT-3]. */

/** Longer than any that Unicode recommends. */
export const EMOJI_MAX_BYTES = 64;
const ONE_EMOJI = /^\p{RGI_Emoji}$/v;
const SELECTOR = '\uFE0F';
/** Shown as text unless the selector follows; digits and the like only before the keycap, bodies not before a skin tone. */
const TEXT_BY_DEFAULT =
  /(?:[#*0-9](?=\u20E3)|[\p{Emoji}--\p{Emoji_Presentation}--[#*0-9]](?!\p{Emoji_Modifier}))/gv;

/** The one emoji that `text` is, with the selectors that its bare form lacks; undefined for anything else. */
export function readEmoji(text: string): string | undefined {
  if (text.length > EMOJI_MAX_BYTES) return undefined;
  if (ONE_EMOJI.test(text)) return text;
  const full = text.replaceAll(SELECTOR, '').replace(TEXT_BY_DEFAULT, `$&${SELECTOR}`);
  return ONE_EMOJI.test(full) ? full : undefined;
}
