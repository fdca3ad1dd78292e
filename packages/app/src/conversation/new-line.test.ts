import { describe, expect, test } from 'bun:test';
import { sequence } from '../testing/index.ts';
import { NewLine } from './new-line.ts';

describe('the line that marks what is new (C1)', () => {
  test('it stands behind what was read, until the reader was at the end and away again', () => {
    const line = new NewLine();
    line.opened(sequence(5), sequence(9), true);
    line.left(sequence(9));
    expect(line.after).toBe(sequence(5));
    line.reached();
    expect(line.after).toBe(sequence(5));
    line.left(sequence(9));
    expect(line.after).toBeUndefined();
  });

  test('what comes while the reader is at the end is not new', () => {
    const line = new NewLine();
    line.opened(sequence(9), sequence(9), false);
    line.reached();
    line.came(sequence(10));
    expect(line.after).toBeUndefined();
  });

  test('what comes while they are away is, from the first of it', () => {
    const line = new NewLine();
    line.opened(sequence(9), sequence(9), false);
    line.reached();
    line.left(sequence(10));
    line.came(sequence(10));
    expect(line.after).toBeUndefined();
    line.came(sequence(12));
    line.came(sequence(13));
    expect(line.after).toBe(sequence(10));
  });
});
