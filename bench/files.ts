/**
 * `npm run bench:files`: chat beside transfers on a slow path over all four transports, and what files get through beside a plain
 * HTTPS download. Prints its tables and writes `bench/out/files.json`. Takes about six minutes, as root. Only figures of one
 * run can be compared. Words after it choose transports; `machine`
 * among them leaves TCP with the congestion control that the machine has.
 */
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NativeTransport } from '@sotto/client/node';
import type { CongestionControl } from '../tests/network/emulated/path.ts';
import { needs } from '../tests/services.ts';
import { measureLoopback } from './files-loopback.ts';
import { type Files, measurePath, type PathFigures } from './files-path.ts';
import { kept, report } from './files-report.ts';
import { BENCH_TRANSPORTS } from './wires.ts';

const MIB = 1024 * 1024;
const SIZES: Readonly<Record<keyof Files, number>> = { large: 50 * MIB, slow: 8 * MIB, clean: 25 * MIB };
const LOOPBACK_RUNS = 3;
/** Paths measured side by side: more would wait for processors. */
const AT_ONCE = 2;
const BLOCK_BYTES = 64 * 1024;
const CONTROL = '/proc/sys/net/ipv4/tcp_congestion_control';

if (needs('emulatedPath') === undefined) {
  console.error('this needs Linux, root, python3, iproute2, util-linux and /dev/net/tun');
  process.exit(1);
}
const words = process.argv.slice(2);
const tcp: CongestionControl = words.includes('machine') ? 'machine' : 'cubic';
const chosen = words.filter((word) => word !== 'machine');
const transports = BENCH_TRANSPORTS.filter((name) => chosen.length === 0 || chosen.includes(name));
const directory = await mkdtemp(join(tmpdir(), 'sotto-files-'));
try {
  const paths: PathFigures[] = [];
  for (let first = 0; first < transports.length; first += AT_ONCE)
    paths.push(...(await Promise.all(transports.slice(first, first + AT_ONCE).map(measure))));
  console.error('loopback ...');
  const files = Array.from({ length: LOOPBACK_RUNS }, (_, run) =>
    writeRandom(`loopback-${run}`, SIZES.large),
  );
  const loopback = await measureLoopback(await Promise.all(files));
  console.log(report(paths, loopback));
  console.log(conditions());
  await mkdir(join(import.meta.dir, 'out'), { recursive: true });
  const results = JSON.stringify({ paths, loopback: Object.fromEntries(loopback) }, null, 2);
  await Bun.write(join(import.meta.dir, 'out', 'files.json'), `${results}\n`);
  process.exitCode = kept(paths) ? 0 : 1;
} finally {
  await rm(directory, { recursive: true, force: true });
}

async function measure(transport: NativeTransport): Promise<PathFigures> {
  console.error(`chat and transfers over ${transport} ...`);
  const [large, slow, clean] = await Promise.all([
    writeRandom(`${transport}-large`, SIZES.large),
    writeRandom(`${transport}-slow`, SIZES.slow),
    writeRandom(`${transport}-clean`, SIZES.clean),
  ]);
  return measurePath(transport, { large, slow, clean }, tcp);
}

/** Every file is another one: what a server has of a file already is not sent again. */
async function writeRandom(name: string, size: number): Promise<string> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += BLOCK_BYTES)
    crypto.getRandomValues(bytes.subarray(at, Math.min(size, at + BLOCK_BYTES)));
  const path = join(directory, name);
  await Bun.write(path, bytes);
  return path;
}

function conditions(): string {
  const control = tcp === 'machine' ? readFileSync(CONTROL, 'utf8').trim() : tcp;
  const files = `${SIZES.large / MIB} MiB on loopback, ${SIZES.slow / MIB} and ${SIZES.clean / MIB} MiB on the paths`;
  return `
${cpus().length} cores, Linux, Bun ${Bun.version}, ${new Date().toISOString().slice(0, 10)}; load ${loadavg()[0]?.toFixed(1)} at the end.
${AT_ONCE} paths at once; TCP with ${control} on them; files of ${files}. Times of uploads have hashing and the disk in them.`;
}
