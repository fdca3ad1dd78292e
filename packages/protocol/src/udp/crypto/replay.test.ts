import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { REPLAY_WINDOW_PACKETS as WINDOW } from '../constants.ts';
import { ReplayWindow } from './replay.ts';

/** As the receiver does it: asks, and adds what is new. */
function receive(window: ReplayWindow, number: number): boolean {
  const isNew = window.isNew(number);
  if (isNew) window.add(number);
  return isNew;
}

const TOP = 2 ** 32;
const LAST = Number.MAX_SAFE_INTEGER;

describe('replay window', () => {
  test.each<[string, [number, boolean][]]>([
    [
      'the first one twice',
      [
        [0, true],
        [0, false],
        [1, true],
        [1, false],
        [0, false],
      ],
    ],
    [
      'out of order',
      [
        [9, true],
        [8, true],
        [7, true],
        [7, false],
        [8, false],
        [9, false],
        [6, true],
        [6, false],
      ],
    ],
    [
      'the far edge of the window',
      [
        [WINDOW, true],
        [0, true],
        [0, false],
        [1, true],
      ],
    ],
    [
      'just beyond the window',
      [
        [WINDOW + 1, true],
        [0, false],
        [1, true],
        [1, false],
      ],
    ],
    [
      'a move drops the last place',
      [
        [0, true],
        [WINDOW + 1, true],
        [WINDOW + 2, true],
        [1, false],
        [2, true],
      ],
    ],
    [
      'a jump over all that is kept',
      [
        [5, true],
        [5 + 10 * WINDOW, true],
        [5, false],
        [5 + 9 * WINDOW, true],
        [5 + 9 * WINDOW - 1, false],
      ],
    ],
    [
      'a jump by the size of the ring',
      [
        [3, true],
        [3 + 2 * WINDOW, true],
        [3 + WINDOW, true],
        [3 + WINDOW, false],
        [4 + WINDOW, true],
      ],
    ],
    [
      'the ring comes round',
      [
        [31, true],
        [31 + 2 * WINDOW - 32, true],
        [31 + 2 * WINDOW, true],
        [31 + 2 * WINDOW - 1, true],
        [31 + 2 * WINDOW - 32, false],
      ],
    ],
    [
      'words beside each other',
      [
        [64, true],
        [32, true],
        [33, true],
        [63, true],
        [31, true],
        [32, false],
        [64, false],
        [31, false],
      ],
    ],
    [
      'around 2^32',
      [
        [TOP, true],
        [TOP - 1, true],
        [TOP + 1, true],
        [TOP - WINDOW, false],
        [TOP + 1 - WINDOW, true],
        [TOP, false],
      ],
    ],
    [
      'up to 2^53',
      [
        [LAST - 1, true],
        [LAST, true],
        [LAST, false],
        [LAST + 1, false],
        [LAST - WINDOW, true],
        [LAST - WINDOW - 1, false],
      ],
    ],
  ])('T5 [KEYS-1]: %s', (_, steps) => {
    const window = new ReplayWindow();
    expect(steps.map(([number]) => [number, receive(window, number)])).toEqual(steps);
  });

  test('T5 [KEYS-1]: asking moves nothing', () => {
    const window = new ReplayWindow();
    expect(window.largest).toBe(-1);
    expect(window.isNew(10_000)).toBe(true);
    expect(window.largest).toBe(-1);
    expect(receive(window, 0)).toBe(true);
    expect(window.largest).toBe(0);
  });

  test('T5 [KEYS-1]: agrees with a set of all numbers, whatever the order', () => {
    const step = fc.oneof(
      fc.integer({ min: -40, max: 40 }),
      fc.integer({ min: -1_100, max: 1_100 }),
      fc.nat(5_000),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), fc.nat(2 ** 40), (steps, start) => {
        const window = new ReplayWindow();
        const seen = new Set<number>();
        let largest = -1;
        let number = start;
        for (const by of steps) {
          number = Math.max(0, number + by);
          const expected = !seen.has(number) && largest - number <= WINDOW;
          expect(receive(window, number)).toBe(expected);
          seen.add(number);
          largest = Math.max(largest, number);
          expect(window.largest).toBe(largest);
        }
      }),
    );
  });
});
