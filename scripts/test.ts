// `npm test`: all checks, then every test but the long ones. `npm run test:long`: the long ones alone. Further
// arguments go to `bun test`.
import { runUnits, type Unit } from './test-units.ts';

const ROOT = new URL('..', import.meta.url).pathname;
const LONG = '**/*.long.test.ts';
const FOLDERS = ['packages', 'tests', 'scripts'];
/** For tests that name none: a busy machine is no failure. */
const PATIENCE = '--timeout=30000';
const RUNTIME = [process.execPath, `--config=${ROOT}bunfig.toml`, '--no-env-file'];
/** What hardly needs sockets, and no namespaces, runs beside what does, and mostly waits. */
const BESIDE = [
  'packages/cli',
  'packages/client',
  'packages/model',
  'packages/protocol',
  'packages/server',
  'packages/terminal',
  'tests/simulation',
];
/** These stand alone: whoever has nothing left to do may run one beside anything. */
const ALONE = [...BESIDE, 'tests/web', 'packages/web', 'packages/app'];
/** These drive a browser and a server of their own, which wait for each other and for two busy cores. */
const SECOND_RUN = ['tests/web', 'tests/browser'];
/** Those that last longest first, so that both ends come at about the same time. */
const FIRST = [
  'tests/simulation/simulation.test.ts',
  'packages/server',
  'packages/cli',
  'tests/network/one-session.test.ts',
  'tests/scenarios/crash.test.ts',
  'packages/transport',
];
const PARTED = ['tests/simulation', 'tests/web'];
const LAST = ['packages/web', 'packages/app', 'tests/web'];

const [first, ...rest] = process.argv.slice(2);
const isLong = first === '--long';
const extra = isLong || first === undefined ? rest : [first, ...rest];

function bun(args: readonly string[]): Promise<number> {
  return Bun.spawn([...RUNTIME, ...args], { cwd: ROOT, stdio: ['inherit', 'inherit', 'inherit'] }).exited;
}

const filesOf = (pattern: string): string[] =>
  FOLDERS.flatMap((folder) =>
    [...new Bun.Glob(pattern).scanSync(`${ROOT}${folder}`)].map((path) => `${folder}/${path}`),
  ).filter((path) => !path.includes('node_modules/'));

function runLong(): Promise<number> {
  const tests = filesOf(LONG).map((path) => `./${path}`);
  return tests.length === 0 ? Promise.resolve(0) : bun(['test', PATIENCE, ...extra, ...tests]);
}

/** A part of them in one run, as the arguments say. */
const runSome = (): Promise<number> =>
  bun(['test', PATIENCE, ...extra, `--path-ignore-patterns=${LONG}`, ...FOLDERS]);

/** One run of `bun test`: a folder, or a part of it where the other lane may help with the rest. */
function unitOf(path: string): string {
  if (FIRST.includes(path)) return path;
  const depth = path.startsWith('scripts/') ? 1 : isIn(PARTED, path) ? 3 : 2;
  return path.split('/').slice(0, depth).join('/');
}

const isIn = (folders: readonly string[], name: string): boolean =>
  folders.some((folder) => name === folder || name.startsWith(`${folder}/`));

/** Both lanes, each in the order in which it is to be run. */
function lanes(): [Unit[], Unit[]] {
  const files = filesOf('**/*.test.{ts,tsx}').filter((path) => !new Bun.Glob(LONG).match(path));
  const units = Object.entries(Object.groupBy(files.sort(), unitOf)).map(([name, paths = []]): Unit => {
    const words = [...RUNTIME, 'test', PATIENCE, ...paths.map((path) => `./${path}`)];
    return { name, words, mayMove: isIn(ALONE, name), hasSecondRun: isIn(SECOND_RUN, name) };
  });
  const rank = (name: string) => {
    const at = FIRST.indexOf(name);
    return at >= 0 ? at - FIRST.length : isIn(LAST, name) ? 1 : 0;
  };
  units.sort((one, other) => rank(one.name) - rank(other.name));
  const check: Unit = {
    name: 'checks',
    words: [...RUNTIME, 'scripts/check.ts'],
    mayMove: true,
    hasSecondRun: false,
  };
  return [
    [check, ...units.filter(({ name }) => !isIn(BESIDE, name))],
    units.filter(({ name }) => isIn(BESIDE, name)),
  ];
}

async function runAll(): Promise<number> {
  const { failed, unstable } = await runUnits(ROOT, lanes());
  for (const name of unstable)
    console.error(`unstable: ${name} failed beside others and passed alone; see "first run" above`);
  for (const name of failed) console.error(`failed: ${name}; see above`);
  return failed.length === 0 ? 0 : 1;
}

if (isLong) process.exit(await runLong());
if (extra.length === 0) process.exit(await runAll());
const checks = await bun(['scripts/check.ts']);
const tests = await runSome();
if (checks !== 0) console.error('checks failed: see above');
process.exit(checks === 0 && tests === 0 ? 0 : 1);
