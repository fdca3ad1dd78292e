// `node scripts/run.mjs tests/simulation/udp/replay.ts SEED [--packets]`: one seed of the simulation, with all that happened.
import { simulateUdp } from './simulate.ts';

const [seed, option] = process.argv.slice(2);
const { problems, trace, ...figures } = simulateUdp(Number(seed), option === '--packets');
console.log(trace.join('\n'));
console.log(figures);
console.log(problems.length === 0 ? 'nothing wrong' : problems.join('\n'));
