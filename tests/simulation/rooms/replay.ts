/** `bun tests/simulation/rooms/replay.ts SEED`: everything that happened in one seed, and what was wrong. */
import { simulateRooms } from './simulate.ts';

const { trace, problems } = await simulateRooms(Number(process.argv[2] ?? 1));
for (const line of [...trace, '', ...problems]) console.log(line);
