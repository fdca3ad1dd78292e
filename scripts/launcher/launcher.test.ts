import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

setDefaultTimeout(60_000); // each test starts several programs, on a machine that may be busy

// The launcher in a checkout of its own, with an npm that notes each call and installs a Bun that prints what it got.
let root: string;

const FAKE_NPM = `#!/usr/bin/env node
const { appendFileSync, mkdirSync, rmSync, writeFileSync } = require('node:fs');
appendFileSync('npm-calls', process.argv.slice(2).join(' ') + '\\n');
console.log('npm talks on standard output');
if (process.env.NPM_FAILS) process.exit(1);
rmSync('node_modules', { recursive: true, force: true });
for (const name of ['linux-x64', 'linux-aarch64', 'linux-x64-musl', 'linux-aarch64-musl', 'darwin-x64', 'darwin-aarch64']) {
  const folder = 'node_modules/@oven/bun-' + name + '/bin';
  mkdirSync(folder, { recursive: true });
  writeFileSync(folder + '/bun', process.env.FAKE_BUN, { mode: 0o755 });
}
`;
const PRINTS = `#!/bin/sh
[ "$1" = --version ] && exit 0
shift 2
echo "$PWD $*"
exit 7
`;
const WAITS = `#!/bin/sh
[ "$1" = --version ] && exit 0
trap 'echo told to stop; exit 9' TERM
echo running
while :; do sleep 0.05; done
`;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'sotto-launcher-')));
  const repository = join(import.meta.dir, '..', '..');
  for (const path of ['scripts/run.mjs', 'scripts/launcher', 'bin', 'bunfig.toml', 'package.json']) {
    cpSync(join(repository, path), join(root, path), { recursive: true });
  }
  writeFileSync(join(root, 'package-lock.json'), '{}');
  mkdirSync(join(root, 'path'));
  writeFileSync(join(root, 'path', 'package.json'), '{ "type": "commonjs" }');
  writeFileSync(join(root, 'path', 'npm'), FAKE_NPM);
  chmodSync(join(root, 'path', 'npm'), 0o755);
});

afterEach(() => rmSync(root, { recursive: true }));

function launch(command: string[], environment: Record<string, string> = {}) {
  const { npm_execpath: _, ...inherited } = process.env;
  const env = {
    ...inherited,
    PATH: `${join(root, 'path')}${delimiter}${process.env.PATH}`,
    FAKE_BUN: PRINTS,
    ...environment,
  };
  return Bun.spawn(['node', ...command], {
    cwd: tmpdir(),
    env,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
}

async function ended(child: ReturnType<typeof launch>) {
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { stdout, stderr, code };
}

const run = (args: string[], environment?: Record<string, string>) =>
  ended(launch([join(root, 'scripts/run.mjs'), ...args], environment));
const npmCalls = () => readFileSync(join(root, 'npm-calls'), 'utf8').trim().split('\n');

test('the first start installs without scripts and hands on arguments, directory, output and exit code', async () => {
  const { stdout, stderr, code } = await run(['main.ts', 'serve', '--demo']);
  expect({ stdout, code }).toEqual({ stdout: `${realpathSync(tmpdir())} main.ts serve --demo\n`, code: 7 });
  expect(stderr).toContain('npm talks on standard output');
  expect(npmCalls()).toEqual([expect.stringContaining('ci --ignore-scripts')]);
});

test('a later start installs nothing and says nothing; a changed lock file is installed', async () => {
  await run([]);
  expect((await run([])).stderr).toBe('');
  expect(npmCalls()).toHaveLength(1);
  writeFileSync(join(root, 'package-lock.json'), '{ }');
  await run([]);
  expect(npmCalls()).toHaveLength(2);
});

test('a Bun that went missing is installed again', async () => {
  await run([]);
  rmSync(join(root, 'node_modules', '@oven'), { recursive: true });
  expect((await run([])).code).toBe(7);
});

test('starts at the same time install once', async () => {
  const results = await Promise.all([run(['a']), run(['b']), run(['c'])]);
  expect(results.map(({ code }) => code)).toEqual([7, 7, 7]);
  expect(npmCalls()).toHaveLength(1);
});

test('the lock of a start that was killed is taken over', async () => {
  const dead = Bun.spawn([process.execPath, '--version']);
  await dead.exited;
  mkdirSync(join(root, '.setup', 'lock'), { recursive: true });
  writeFileSync(join(root, '.setup', 'lock', 'owner'), JSON.stringify({ pid: dead.pid, token: 'dead' }));
  expect((await run([])).code).toBe(7);
});

test('a failed installation says what to do, and the next start tries again', async () => {
  const { stderr, code } = await run([], { NPM_FAILS: '1' });
  expect(code).toBe(1);
  expect(stderr).toContain('Check the network');
  expect((await run([])).code).toBe(7);
});

test('a processor or system that cannot run Bun is told so', async () => {
  const { stderr, code } = await run([], { FAKE_BUN: '#!/bin/sh\nexit 132\n' });
  expect(code).toBe(1);
  expect(stderr).toContain('Bun does not run on this machine');
});

test('SIGTERM reaches the program, whose exit code is ours', async () => {
  const child = launch([join(root, 'scripts/run.mjs')], { FAKE_BUN: WAITS });
  const reader = child.stdout.getReader();
  await reader.read();
  child.kill('SIGTERM');
  expect(await child.exited).toBe(9);
});

test('bin/sotto runs the command through a symbolic link, from any directory', async () => {
  const link = join(root, 'path', 'sotto');
  symlinkSync('../bin/sotto', link);
  const { stdout, code } = await ended(launch([link, 'hello']));
  expect({ stdout, code }).toEqual({
    stdout: `${realpathSync(tmpdir())} ${root}/packages/cli/src/main.ts hello\n`,
    code: 7,
  });
});
