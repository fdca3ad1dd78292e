import { readEmoji } from '@sotto/model';

export const TONES = ['🏻', '🏼', '🏽', '🏾', '🏿'] as const;
export type Tone = (typeof TONES)[number];

/** With that colour of skin, where it has any. */
export function toned(glyph: string, tone: Tone | undefined): string {
  if (tone === undefined) return glyph;
  return readEmoji(glyph.replace(/(\p{Emoji_Modifier_Base})\uFE0F?/gu, `$1${tone}`)) ?? glyph;
}
