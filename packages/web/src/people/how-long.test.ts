import { describe, expect, test } from 'bun:test';
import { endOf, HOW_LONG, howLongFrom } from './how-long.ts';

const NOW = new Date(2026, 10, 21, 12);

describe('how long a mute or a ban holds (C1, M10)', () => {
  test('[SANCTION-1] [SANCTION-2] a length counts from now, and none is for ever', () => {
    expect(endOf('tenMinutes', '', NOW)).toEqual(new Date(2026, 10, 21, 12, 10));
    expect(endOf('forEver', '', NOW)).toBeUndefined();
  });

  test('a moment is where the reader is, and still to come', () => {
    expect(endOf('until', '2026-11-21T13:30', NOW)).toEqual(new Date(2026, 10, 21, 13, 30));
    expect(() => endOf('until', '2026-11-21T11:00', NOW)).toThrow('still to come');
    expect(() => endOf('until', '', NOW)).toThrow('still to come');
  });

  test('what a field says is one of them', () => {
    expect(HOW_LONG.map(({ value }) => howLongFrom(value))).toEqual(HOW_LONG.map(({ value }) => value));
    expect(howLongFrom('nonsense')).toBe('hour');
  });
});
