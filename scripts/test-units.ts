// Runs of `bun test` in two lanes at a time. What each says is told at its end, whole.
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Unit {
  readonly name: string;
  readonly words: readonly string[];
  /** It may run beside any of the other lane. */
  readonly mayMove: boolean;
  /** Where it fails beside others, it is run once more, alone (decision 0104). */
  readonly hasSecondRun: boolean;
}

export interface Outcome {
  readonly failed: readonly string[];
  /** Failed beside others, and passed alone. */
  readonly unstable: readonly string[];
}

interface Ran {
  readonly unit: Unit;
  readonly passed: boolean;
  /** All that it wrote. */
  readonly said: string;
}

const SLOWEST = 12;
/** Where more fail than that, something is broken. */
const SECOND_RUNS_MAX = 3;

/** A lane that has nothing left takes what may move from the end of the other one. */
export async function runUnits(cwd: string, lanes: readonly [Unit[], Unit[]]): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-tests-'));
  const took: { name: string; seconds: number }[] = [];
  const unsuccessful: Ran[] = [];
  const runOne = async (unit: Unit): Promise<Ran> => {
    const startMs = performance.now();
    const ran = await run(unit, cwd, join(folder, `${took.length}-${unit.name.replaceAll('/', '-')}`));
    took.push({ name: unit.name, seconds: (performance.now() - startMs) / 1_000 });
    return ran;
  };
  const runLane = async (own: Unit[], other: Unit[]) => {
    for (let unit = next(own, other); unit !== undefined; unit = next(own, other)) {
      const ran = await runOne(unit);
      if (ran.passed) await tell(ran);
      else unsuccessful.push(ran);
    }
  };
  try {
    const [one, other] = lanes;
    await Promise.all([runLane(one, other), runLane(other, one)]);
    return await judge(unsuccessful, runOne);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    took.sort((one, other) => other.seconds - one.seconds);
    for (const { name, seconds } of took.slice(0, SLOWEST)) console.log(`${seconds.toFixed(0)} s  ${name}`);
  }
}

async function judge(unsuccessful: readonly Ran[], runAlone: (unit: Unit) => Promise<Ran>): Promise<Outcome> {
  const mayRunAgain = unsuccessful.every(({ unit }) => unit.hasSecondRun);
  if (!mayRunAgain || unsuccessful.length > SECOND_RUNS_MAX) {
    for (const ran of unsuccessful) await tell(ran);
    return { failed: unsuccessful.map(({ unit }) => unit.name), unstable: [] };
  }
  const failed: string[] = [];
  const unstable: string[] = [];
  for (const first of unsuccessful) {
    const second = await runAlone(first.unit);
    // Marked, so that whoever counts results counts each test once.
    await tell({ ...first, said: first.said.replace(/^/gm, 'first run | ') });
    await tell(second);
    (second.passed ? unstable : failed).push(first.unit.name);
  }
  return { failed, unstable };
}

export function next(own: Unit[], other: Unit[]): Unit | undefined {
  const first = own.shift();
  if (first !== undefined) return first;
  const at = other.findLastIndex(({ mayMove }) => mayMove);
  return at < 0 ? undefined : other.splice(at, 1)[0];
}

async function run(unit: Unit, cwd: string, log: string): Promise<Ran> {
  const output = openSync(log, 'w');
  const child = Bun.spawn([...unit.words], { cwd, stdio: ['ignore', output, output] });
  const code = await child.exited;
  closeSync(output);
  return { unit, passed: code === 0, said: await Bun.file(log).text() };
}

const tell = ({ unit: { name }, said }: Ran): Promise<void> =>
  new Promise((resolve) => process.stdout.write(`\n== ${name}\n${said}`, () => resolve()));
