import { describe, expect, test } from 'bun:test';
import { readEmoji } from '@sotto/model';
import { EMOJI, EMOJI_GROUPS, findEmoji } from './emoji.ts';
import { TONES, toned } from './tones.ts';

describe('[TEXT-3] M9 C1: the emoji that a picker offers', () => {
  test('each is one that counts as a reaction, in its one form, once, in a group, under a name', () => {
    for (const { glyph, label, group } of EMOJI) {
      expect(readEmoji(glyph)).toBe(glyph);
      expect(label).not.toBe('');
      expect(EMOJI_GROUPS[group]).toBeDefined();
    }
    expect(new Set(EMOJI.map(({ glyph }) => glyph)).size).toBe(EMOJI.length);
    expect(new Set(EMOJI.map(({ group }) => group)).size).toBe(EMOJI_GROUPS.length);
  });

  test.each([
    ['thumbsup', '👍'],
    ['+1', '👍'],
    ['tada', '🎉'],
    ['party pop', '🎉'],
    ['GRINNING', '😀'],
    ['flag germany', '🇩🇪'],
    ['tears of joy', '😂'],
    ['rocket', '🚀'],
  ])('%j finds %s first', (query, glyph) => expect(findEmoji(query)[0]?.glyph).toBe(glyph));

  test('nothing is found by nothing, nor by what no emoji is called', () => {
    expect(findEmoji('  ')).toEqual([]);
    expect(findEmoji('xyzzy')).toEqual([]);
    expect(findEmoji('a', 3)).toHaveLength(3);
  });

  test('a tone of skin is given to those that have one, and whatever is given is an emoji', () => {
    expect(toned('👍', '🏽')).toBe('👍🏽');
    expect(toned('☝️', '🏿')).toBe('☝🏿');
    expect(toned('🎉', '🏽')).toBe('🎉');
    expect(toned('👍', undefined)).toBe('👍');
    for (const { glyph } of EMOJI)
      for (const tone of TONES) expect(readEmoji(toned(glyph, tone))).toBeDefined();
  });
});
