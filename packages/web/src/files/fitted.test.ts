import { describe, expect, test } from 'bun:test';
import { durationWords, fittedSize } from './fitted.ts';

describe('the place of a picture that is not here yet (C1)', () => {
  test('has its proportions, within what a row gives', () => {
    expect(fittedSize({ width: 792, height: 400 })).toEqual({ width: 396, height: 200 });
    expect(fittedSize({ width: 100, height: 640 })).toEqual({ width: 50, height: 320 });
    expect(fittedSize({ width: 120, height: 90 })).toEqual({ width: 120, height: 90 });
  });

  test('can be pressed whatever its sender says, and is unknown where nothing was said', () => {
    expect(fittedSize({ width: 100_000, height: 1 })).toEqual({ width: 396, height: 44 });
    expect(fittedSize({ width: 4 })).toBeUndefined();
  });
});

test('C1: how long a sound or film is', () => {
  expect([0, 42_400, 61_000, 3_727_000].map(durationWords)).toEqual(['0:00', '0:42', '1:01', '1:02:07']);
});
