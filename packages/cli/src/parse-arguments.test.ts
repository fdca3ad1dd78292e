import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { Command } from './command.ts';
import { UsageError } from './errors.ts';
import { editDistance, nearest } from './nearest.ts';
import { parseArguments } from './parse-arguments.ts';

const COMMAND: Command = {
  name: 'try',
  summary: 'Try.',
  positionals: [{ name: 'first' }, { name: 'second', optional: true }],
  options: { server: { argument: 'HOST', description: 'Where' }, json: { description: 'For programs' } },
  notes: [],
  run: async () => 0,
};
const parse = (...words: string[]) => parseArguments(COMMAND, words);

describe('command lines (O2)', () => {
  test('O2: positionals, values in both spellings, switches, and -- before words with a dash', () => {
    const args = parse('one', '--server=h', '--json', '--', '--two');
    expect([args.positional(0), args.positional(1), args.value('server')]).toEqual(['one', '--two', 'h']);
    expect(args.has('json')).toBe(true);
    expect(parse('one', '--server', 'h').value('server')).toBe('h');
  });

  test.each([
    [['one', '--sevrer', 'h'], '--sevrer is no option of `sotto try`; did you mean --server?'],
    [['one', '--frobnicate'], '--frobnicate is no option of `sotto try`; `sotto try --help` lists them'],
    [['one', '-x'], '-x is no option'],
    [['one', '--server'], '--server needs a value: --server HOST'],
    [['one', '--server='], '--server needs a value'],
    [['one', '--json=yes'], '--json takes no value, but got "yes"'],
    [['one', '--json', '--json'], '--json is given twice'],
    [['one', '--constructor'], '--constructor is no option'],
    [[], 'first is missing; write: sotto try first [second] [options]'],
    [['1', '2', '3'], '"3" is too much'],
  ])('O2: %j is refused by thing, value and way out', (words, message) => {
    expect(() => parse(...words)).toThrow(UsageError);
    expect(() => parse(...words)).toThrow(message);
  });

  test('O2: any words give arguments or a UsageError', () => {
    const word = fc.oneof(fc.string(), fc.constantFrom('--', '-', '--server', '--json', '--no-json', '-js'));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        try {
          parse(...words);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
    );
  });
});

describe('what was probably meant (O2)', () => {
  test('O2: finds words that are one slip away, and nothing far away', () => {
    const words = ['serve', 'server', 'trust-first', 'tls-port'];
    expect(nearest('sevre', words)).toBe('serve');
    expect(nearest('trust', words)).toBe('trust-first');
    expect(nearest('tls-prot', words)).toBe('tls-port');
    expect(nearest('password', words)).toBeUndefined();
  });

  test('O2: the distance is symmetric, and zero for the same word only', () => {
    const word = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });
});
