/** Pictures of people: interface.md, layout. */
import { expect, test } from 'bun:test';
import { hueOf, initialsOf } from './avatar-look.ts';

test.each([
  ['bob', 'B'],
  ['Alice Liddell', 'AL'],
  ['jean-luc picard', 'JP'],
  ['  élan vital ', 'ÉV'],
  ['李 小龙', '李小'],
  ['नमस्ते', 'न'],
  ['~~~', '?'],
  ['', '?'],
])('C1 the initials of %p are %p', (name, initials) => {
  expect(initialsOf(name)).toBe(initials);
});

test('C1 the colour of a person is one of 16, the same each time, and spread over all of them', () => {
  const uuids = Array.from({ length: 1_600 }, () => crypto.randomUUID());
  const used = Map.groupBy(uuids, hueOf);
  expect([...used.keys()].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, hue) => hue));
  // 100 each are expected; a fair draw is outside of 40 to 160 once in a billion.
  for (const each of used.values()) expect(Math.abs(each.length - 100)).toBeLessThan(60);
  expect(uuids.map(hueOf)).toEqual(uuids.map(hueOf));
});
