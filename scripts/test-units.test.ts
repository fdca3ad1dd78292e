import { describe, expect, spyOn, test } from 'bun:test';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { next, runUnits, type Unit } from './test-units.ts';

const unit = (name: string, mayMove: boolean): Unit => ({ name, words: [], mayMove, hasSecondRun: false });
const names = (taken: readonly (Unit | undefined)[]) => taken.map((each) => each?.name);

describe('two lanes of tests', () => {
  test('each takes its own in order, then from the end of the other what may move, and nothing twice', () => {
    const one = [unit('a', false), unit('b', true), unit('c', false)];
    const other = [unit('x', true)];
    expect(names([next(other, one), next(other, one), next(other, one)])).toEqual(['x', 'b', undefined]);
    expect(names([next(one, other), next(one, other), next(one, other)])).toEqual(['a', 'c', undefined]);
  });
});

describe('what failed', () => {
  /** A program that fails until it has run so often, and says a result as `bun test` does. */
  const failing = (name: string, times: number, hasSecondRun: boolean): Unit => {
    const program = `let n = 0; while (await Bun.file('${name}' + n).exists()) n += 1; await Bun.write('${name}' + n, '');
      console.log(n < ${times} ? ' 1 fail' : ' 1 pass'); process.exit(n < ${times} ? 1 : 0);`;
    return { name, words: [process.execPath, '-e', program], mayMove: true, hasSecondRun };
  };

  /** The outcome, all that was said, and whether the unit ran a second time. */
  async function outcomeOf(...units: Unit[]) {
    const folder = mkdtempSync(join(tmpdir(), 'sotto-units-'));
    let said = '';
    const write = spyOn(process.stdout, 'write').mockImplementation(((text: string, done?: () => void) => {
      said += text;
      done?.();
      return true;
    }) as typeof process.stdout.write);
    const log = spyOn(console, 'log').mockImplementation(() => {});
    try {
      const outcome = await runUnits(folder, [units, []]);
      return { outcome, said, ranAgain: (name: string) => existsSync(join(folder, `${name}1`)) };
    } finally {
      write.mockRestore();
      log.mockRestore();
      rmSync(folder, { recursive: true });
    }
  }

  test('may run once more, alone; what passes then is told as unstable, and its first run does not count', async () => {
    const { outcome, said } = await outcomeOf(failing('once', 1, true), failing('never', 0, true));
    expect(outcome).toEqual({ failed: [], unstable: ['once'] });
    expect(said).toContain('first run |  1 fail');
    expect(said.match(/^ 1 (pass|fail)$/gm)).toEqual([' 1 pass', ' 1 pass']);
  });

  test('and fails again has failed, counted once', async () => {
    const { outcome, said } = await outcomeOf(failing('always', 9, true));
    expect(outcome).toEqual({ failed: ['always'], unstable: [] });
    expect(said.match(/^ 1 (pass|fail)$/gm)).toEqual([' 1 fail']);
  });

  test('has no second run beside what has none, or where many fail', async () => {
    const strict = await outcomeOf(failing('once', 1, true), failing('strict', 1, false));
    expect(strict.outcome.failed.toSorted()).toEqual(['once', 'strict']);
    expect(strict.ranAgain('once')).toBe(false);
    const many = await outcomeOf(...['a', 'b', 'c', 'd'].map((name) => failing(name, 1, true)));
    expect(many.outcome.failed).toHaveLength(4);
    expect(many.ranAgain('a')).toBe(false);
  });
});
