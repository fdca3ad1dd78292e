/** What this browser's person picked last; kept in the browser alone. */
import { readEmoji } from '@sotto/model';
import { TONES, type Tone } from './tones.ts';

const PLACE = 'sotto.emoji';
const TONE_PLACE = 'sotto.emoji-tone';
const RECENT_MAX = 18;

/** The latest first. */
export function recentEmoji(): readonly string[] {
  const kept = (localStorage.getItem(PLACE) ?? '').split(' ');
  return kept.filter((glyph) => readEmoji(glyph) === glyph).slice(0, RECENT_MAX);
}

export function rememberEmoji(glyph: string): void {
  const others = recentEmoji().filter((each) => each !== glyph);
  localStorage.setItem(PLACE, [glyph, ...others].slice(0, RECENT_MAX).join(' '));
}

export const chosenTone = (): Tone | undefined =>
  TONES.find((tone) => tone === localStorage.getItem(TONE_PLACE));

export function chooseTone(tone: Tone | undefined): void {
  if (tone === undefined) localStorage.removeItem(TONE_PLACE);
  else localStorage.setItem(TONE_PLACE, tone);
}
