const ENCODER = new TextEncoder();

/** In UTF-8; lone surrogates count as the three bytes of what replaces them. */
export const utf8Length = (text: string): number => ENCODER.encode(text).length;

/** The longest beginning of `text` that takes at most `maxBytes`, without half a code point. Looks no further than that. */
export function utf8Prefix(text: string, maxBytes: number): string {
  const { read } = ENCODER.encodeInto(text, new Uint8Array(Math.max(0, maxBytes)));
  return text.slice(0, read);
}
