/**
 * `npm run bench:history`: a server on one core with a million messages in a thousand rooms, one client on the other.
 * Prints tables in Markdown and writes `out/history.json`.
 */
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure } from './history-measure.ts';
import { report } from './history-report.ts';
import { MESSAGES, seedHistory } from './history-seed.ts';
import { onCore } from './process.ts';

const LOAD_CORE = 1;

await onCore(LOAD_CORE, import.meta.path, run);

async function run(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'sotto-history-'));
  try {
    console.error(`writing ${MESSAGES.toLocaleString('en-US')} messages ...`);
    const seeded = await seedHistory(directory);
    const { size } = await stat(join(directory, 'sotto.db'));
    const figures = { bytes: size, ...(await measure(directory, seeded)) };
    console.log(report(seeded, figures));
    await mkdir(join(import.meta.dir, 'out'), { recursive: true });
    await Bun.write(join(import.meta.dir, 'out', 'history.json'), `${JSON.stringify(figures, null, 2)}\n`);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
