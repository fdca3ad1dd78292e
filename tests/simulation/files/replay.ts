/** `bun tests/simulation/files/replay.ts SEED`: everything that happened in one seed, and what was wrong. */
import { simulateFiles } from './simulate.ts';

const { trace, problems } = await simulateFiles(Number(process.argv[2] ?? 1));
for (const line of [...trace, '', ...problems]) console.log(line);
