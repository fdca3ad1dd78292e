/** Child processes of a benchmark: pinned to a core, watched, and ended by pid. */
import { readFileSync } from 'node:fs';

export interface BenchProcess {
  /** What it listens on, by transport. */
  ports: Record<string, number>;
  /** After garbage was collected. */
  residentBytes(): Promise<number>;
  /** Of a processor, since it was started. */
  cpuMs(): number;
  stop(): Promise<void>;
}

/** Time for a collection, and for the allocator to give pages back. */
const COLLECTION_MS = 3_000;

const PINNED = 'SOTTO_BENCH_PINNED';

/** Runs `load` on this core alone: where this process may use others too, in another one, whose exit code becomes its own. */
export async function onCore(core: number, script: string, load: () => Promise<void>): Promise<void> {
  if (process.env[PINNED] !== undefined) return load();
  const child = Bun.spawn(['taskset', '-c', String(core), process.execPath, script], {
    env: { ...process.env, [PINNED]: '1' },
    stdio: ['inherit', 'inherit', 'inherit'],
  });
  process.exit(await child.exited);
}

/** Starts a script that prints `<transport> <port>` lines, then `ready`. */
export async function startPinned(
  core: number,
  script: string,
  args: readonly string[],
): Promise<BenchProcess> {
  const child = Bun.spawn(['taskset', '-c', String(core), process.execPath, script, ...args], {
    cwd: import.meta.dir,
    stdout: 'pipe',
    stderr: 'inherit',
  });
  const ports: Record<string, number> = {};
  let text = '';
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes('ready')) break;
  }
  for (const [, transport = '', port] of text.matchAll(/^(\w+) (\d+)$/gm)) ports[transport] = Number(port);
  if (!text.includes('ready')) throw new Error(`${script} did not start`);
  return {
    ports,
    residentBytes: async () => {
      child.kill('SIGUSR2');
      await Bun.sleep(COLLECTION_MS);
      return residentBytes(child.pid);
    },
    cpuMs: () => cpuMs(child.pid),
    stop: async () => {
      child.kill('SIGTERM');
      await child.exited;
    },
  };
}

function residentBytes(pid: number): number {
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

/** The kernel counts in hundredths of a second. */
const TICK_MS = 10;

/** Fields 14 and 15 of `stat`, which has a name in brackets before them. */
function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) * TICK_MS;
}
