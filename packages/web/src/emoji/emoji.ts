/** Which emoji there are. With 40 kB of data: imported when somebody looks for one. */
import data from './data.txt' with { type: 'text' };

export interface Emoji {
  glyph: string;
  label: string;
  /** Index of EMOJI_GROUPS. */
  group: number;
  /** What it is called between colons. */
  codes: readonly string[];
  /** What it is found by: label, codes and what else it stands for, in lower case. */
  words: readonly string[];
}

export const EMOJI_GROUPS = [
  { label: 'Smileys', glyph: '😀' },
  { label: 'People', glyph: '👋' },
  { label: 'Nature', glyph: '🐻' },
  { label: 'Food', glyph: '🍎' },
  { label: 'Travel', glyph: '🚗' },
  { label: 'Activities', glyph: '⚽' },
  { label: 'Objects', glyph: '💡' },
  { label: 'Symbols', glyph: '❤️' },
  { label: 'Flags', glyph: '🏁' },
] as const;

/** In the order of Unicode, group by group. */
export const EMOJI: readonly Emoji[] = data
  .trimEnd()
  .split('\n')
  .map((line) => {
    const [glyph = '', group = '', label = '', codes = '', others = ''] = line.split('\t');
    const named = wordsOf(codes);
    const words = [
      ...wordsOf(label.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ')),
      ...named,
      ...wordsOf(others),
    ];
    return { glyph, label, group: Number(group), codes: named, words };
  });

function wordsOf(text: string): readonly string[] {
  return text.split(' ').filter((word) => word !== '');
}

const FOUND_MAX = 100;

/** All words of the query begin words of theirs; those that it begins by a code or the label come first. */
export function findEmoji(query: string, most = FOUND_MAX): readonly Emoji[] {
  const wanted = query.toLowerCase().trim();
  const parts = wanted.split(/[\s_]+/).filter((part) => part !== '');
  if (parts.length === 0) return [];
  return EMOJI.filter(({ words }) => parts.every((part) => words.some((word) => isBegun(word, part))))
    .map((emoji) => ({ emoji, rank: rankOf(emoji, wanted) }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ emoji }) => emoji);
}

/** `thumbs_up` is begun by "up" as well. */
const isBegun = (word: string, part: string): boolean => word.startsWith(part) || word.includes(`_${part}`);

function rankOf({ label, codes, words }: Emoji, wanted: string): number {
  if (codes.includes(wanted) || label.toLowerCase() === wanted) return 0;
  if (codes.some((code) => code.startsWith(wanted)) || label.toLowerCase().startsWith(wanted)) return 1;
  return words.includes(wanted) ? 2 : 3;
}
