// Runs of `bun test` in two lanes at a time. What each says is told at its end, whole.
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Unit {
  readonly name: string;
  readonly words: readonly string[];
  /** It may run beside any of the other lane. */
  readonly mayMove: boolean;
}

const SLOWEST = 12;

/** The names of those that failed. A lane that has nothing left takes what may move from the end of the other one. */
export async function runUnits(cwd: string, lanes: readonly [Unit[], Unit[]]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-tests-'));
  const took: { name: string; seconds: number }[] = [];
  const failed: string[] = [];
  const runLane = async (own: Unit[], other: Unit[]) => {
    for (let unit = next(own, other); unit !== undefined; unit = next(own, other)) {
      const startMs = performance.now();
      const code = await run(unit, cwd, join(folder, `${took.length}-${unit.name.replaceAll('/', '-')}`));
      took.push({ name: unit.name, seconds: (performance.now() - startMs) / 1_000 });
      if (code !== 0) failed.push(unit.name);
    }
  };
  try {
    const [one, other] = lanes;
    await Promise.all([runLane(one, other), runLane(other, one)]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  took.sort((one, other) => other.seconds - one.seconds);
  for (const { name, seconds } of took.slice(0, SLOWEST)) console.log(`${seconds.toFixed(0)} s  ${name}`);
  return failed;
}

export function next(own: Unit[], other: Unit[]): Unit | undefined {
  const first = own.shift();
  if (first !== undefined) return first;
  const at = other.findLastIndex(({ mayMove }) => mayMove);
  return at < 0 ? undefined : other.splice(at, 1)[0];
}

async function run({ name, words }: Unit, cwd: string, log: string): Promise<number> {
  const output = openSync(log, 'w');
  const child = Bun.spawn([...words], { cwd, stdio: ['ignore', output, output] });
  const code = await child.exited;
  closeSync(output);
  const said = await Bun.file(log).text();
  await new Promise<void>((resolve) => process.stdout.write(`\n== ${name}\n${said}`, () => resolve()));
  return code;
}
