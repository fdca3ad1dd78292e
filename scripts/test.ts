// `npm test`: all checks, then every test but the long ones. `npm run test:long`: the long ones alone. Further
// arguments go to `bun test`.
import { closeSync, openSync } from 'node:fs';

const ROOT = new URL('..', import.meta.url).pathname;
const LONG = '**/*.long.test.ts';
const FOLDERS = ['packages', 'tests', 'scripts'];
/** For tests that name none: a busy machine is no failure. */
const PATIENCE = '--timeout=30000';
/** About half of the time: what hardly needs sockets, and no namespaces, runs beside what does, and mostly waits. */
const BESIDE = [
  'packages/cli',
  'packages/client',
  'packages/model',
  'packages/protocol',
  'packages/server',
  'packages/terminal',
  'tests/simulation',
];

const [first, ...rest] = process.argv.slice(2);
const isLong = first === '--long';
const extra = isLong || first === undefined ? rest : [first, ...rest];

/** `output`: 'inherit', or a file that is open. */
function bun(args: readonly string[], output: 'inherit' | number = 'inherit'): Promise<number> {
  const child = Bun.spawn([process.execPath, `--config=${ROOT}bunfig.toml`, '--no-env-file', ...args], {
    cwd: ROOT,
    stdio: ['inherit', output, output],
  });
  return child.exited;
}

const without = (patterns: readonly string[]): string[] =>
  patterns.map((pattern) => `--path-ignore-patterns=${pattern}`);

function runLong(): Promise<number> {
  const tests = FOLDERS.flatMap((folder) =>
    [...new Bun.Glob(LONG).scanSync(`${ROOT}${folder}`)].map((path) => `./${folder}/${path}`),
  );
  return tests.length === 0 ? Promise.resolve(0) : bun(['test', PATIENCE, ...extra, ...tests]);
}

/** Two runs at a time; what the second one says is told at its end. */
async function runAll(): Promise<number> {
  const path = `${ROOT}node_modules/.sotto-tests-beside.log`;
  const told = openSync(path, 'w');
  const beside = bun(['test', PATIENCE, ...without([LONG]), ...BESIDE], told);
  const others = await bun([
    'test',
    PATIENCE,
    ...without([LONG, ...BESIDE.map((folder) => `${folder}/**`)]),
    ...FOLDERS,
  ]);
  const code = await beside;
  closeSync(told);
  const said = await Bun.file(path).text();
  await new Promise<void>((resolve) => process.stdout.write(said, () => resolve()));
  return others || code;
}

/** A part of them in one run, as the arguments say. */
const runSome = (): Promise<number> => bun(['test', PATIENCE, ...extra, ...without([LONG]), ...FOLDERS]);

const checks = isLong ? 0 : await bun(['scripts/check.ts']);
const tests = await (isLong ? runLong() : extra.length > 0 ? runSome() : runAll());
if (checks !== 0) console.error('checks failed: see above');
process.exit(checks === 0 && tests === 0 ? 0 : 1);
