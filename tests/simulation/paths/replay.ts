// `node scripts/run.mjs tests/simulation/paths/replay.ts SEED`: one seed of the simulation, with all that happened.
import { simulatePaths } from './simulate.ts';

const { problems, trace, ...figures } = simulatePaths(Number(process.argv[2]));
console.log(trace.join('\n'));
console.log(figures);
console.log(problems.length === 0 ? 'nothing wrong' : problems.join('\n'));
