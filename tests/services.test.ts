import { expect, test } from 'bun:test';
import { join } from 'node:path';

/** Asks for chromium where none is installed. */
function ask(CI: string) {
  const code = `console.log(require('${join(import.meta.dir, 'services.ts')}').needs('chromium'))`;
  const { exitCode, stdout, stderr } = Bun.spawnSync([process.execPath, '-e', code], {
    env: { PATH: '', CI },
  });
  return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

test('a missing service is said aloud and its tests are skipped', () => {
  expect(ask('')).toEqual({
    exitCode: 0,
    stdout: 'undefined\n',
    stderr: 'SKIPPED-FOR-MISSING-SERVICE chromium\n',
  });
});

test('in continuous integration a missing service is a failure that names the remedy', () => {
  const { exitCode, stderr } = ask('true');
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain('SYSTEM_PACKAGES in .ci/run');
});
