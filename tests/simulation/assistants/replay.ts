/** `bun tests/simulation/assistants/replay.ts SEED`: everything that happened in one seed, and what was wrong. */
import { simulateAssistants } from './simulate.ts';

const { trace, problems } = await simulateAssistants(Number(process.argv[2] ?? 1));
for (const line of [...trace, '', ...problems]) console.log(line);
process.exitCode = problems.length === 0 ? 0 : 1;
