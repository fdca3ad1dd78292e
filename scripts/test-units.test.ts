import { describe, expect, test } from 'bun:test';
import { next, type Unit } from './test-units.ts';

const unit = (name: string, mayMove: boolean): Unit => ({ name, words: [], mayMove });
const names = (taken: readonly (Unit | undefined)[]) => taken.map((each) => each?.name);

describe('two lanes of tests', () => {
  test('each takes its own in order, then from the end of the other what may move, and nothing twice', () => {
    const one = [unit('a', false), unit('b', true), unit('c', false)];
    const other = [unit('x', true)];
    expect(names([next(other, one), next(other, one), next(other, one)])).toEqual(['x', 'b', undefined]);
    expect(names([next(one, other), next(one, other), next(one, other)])).toEqual(['a', 'c', undefined]);
  });
});
