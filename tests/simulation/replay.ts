/** `node scripts/run.mjs tests/simulation/replay.ts SEED`: everything that happened in that seed, ms after its beginning, and what was wrong. */
import { simulate } from './simulate.ts';

const { trace, problems } = await simulate(Number(process.argv[2]));
for (const line of trace) console.log(line);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
