import { expect, test } from 'bun:test';
import { durationText, pathRows } from './paths.ts';

test.each([
  [-5, '0.0 s'],
  [400, '0.4 s'],
  [12_900, '12 s'],
  [59_999, '59 s'],
  [185_000, '3 min 5 s'],
  [7_800_000, '2 h 10 min'],
  [97_200_000, '1 d 3 h'],
])('[PATH-11] %p ms are told as %p', (milliseconds, text) => {
  expect(durationText(milliseconds)).toBe(text);
});

test('[PATH-11] a client that was never connected has no rows', () => {
  expect(pathRows([], 0)).toEqual([]);
});
