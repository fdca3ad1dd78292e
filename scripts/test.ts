// `npm test`: all checks, then every test but the long ones. `npm run test:long`: the long ones alone. Further
// arguments go to `bun test`.
const ROOT = new URL('..', import.meta.url).pathname;
const LONG = '**/*.long.test.ts';
const FOLDERS = ['packages', 'tests', 'scripts'];

const [first, ...rest] = process.argv.slice(2);
const isLong = first === '--long';
const extra = isLong || first === undefined ? rest : [first, ...rest];

function bun(args: readonly string[]): Promise<number> {
  const child = Bun.spawn([process.execPath, `--config=${ROOT}bunfig.toml`, '--no-env-file', ...args], {
    cwd: ROOT,
    stdio: ['inherit', 'inherit', 'inherit'],
  });
  return child.exited;
}

function longTests(): string[] {
  return FOLDERS.flatMap((folder) =>
    [...new Bun.Glob(LONG).scanSync(`${ROOT}${folder}`)].map((path) => `./${folder}/${path}`),
  );
}

const checks = isLong ? 0 : await bun(['scripts/check.ts']);
const selection = isLong ? longTests() : [`--path-ignore-patterns=${LONG}`, ...FOLDERS];
const tests = isLong && selection.length === 0 ? 0 : await bun(['test', ...extra, ...selection]);
if (checks !== 0) console.error('checks failed: see above');
process.exit(checks === 0 && tests === 0 ? 0 : 1);
