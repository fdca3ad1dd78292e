/**
 * Clients and server in one process under virtual time: clients talk in a room and directly, over four transports, while connections are
 * cut or go silent, transports are blocked and work again and bring what they held, the server and clients are killed and restarted,
 * machines sleep and roam. Then all heals, and what everyone has must agree with the log. Every choice comes from the seed.
 */
import { checkAgreement } from './agreement.ts';
import { installSequentialCrypto } from './crypto.ts';
import { disturb } from './disturb.ts';
import { heal, mend } from './heal.ts';
import { begin, end, type Stage, setScene } from './set-scene.ts';

const STEPS = 60;
const STEP_MAX_MS = 400;
/** Some steps take longer, so that searches, hold-offs and probes come to their end. */
const LONG_STEP_MAX_MS = 8_000;
const LONG_STEP_ONE_IN = 10;

export interface SimulationReport {
  /** What was wrong; empty when all agreed. */
  problems: string[];
  /** Everything that happened, for comparing two runs of one seed. */
  trace: string[];
  messages: number;
  serverCrashes: number;
  /** How often a session went on over another connection while it had one, or had had one. */
  takeovers: number;
  /** How long each client took to the best path after all had healed. */
  bestAfterMs: readonly number[];
}

export async function simulate(seed: number): Promise<SimulationReport> {
  const restoreCrypto = installSequentialCrypto();
  try {
    return await run(seed);
  } finally {
    restoreCrypto();
  }
}

async function run(seed: number): Promise<SimulationReport> {
  const stage = await setScene(seed);
  const { scene, takeovers, trace } = stage;
  const bestAfterMs = await play(stage);
  for (const client of scene.clients) {
    for (const run of client.runs)
      trace.push(`${client.name}: ${run.map(({ room, sequence }) => `${room}/${sequence}`).join(' ')}`);
  }
  await end(stage);
  const { problems, messages, serverCrashes } = scene;
  return { problems, trace, messages, serverCrashes, takeovers: takeovers.count, bestAfterMs };
}

async function play({ scene, store }: Stage): Promise<readonly number[]> {
  await begin(scene);
  const { number, clock } = scene;
  for (let step = 0; step < STEPS; step++) {
    await disturb(scene);
    await clock.advance(number(number(LONG_STEP_ONE_IN) === 0 ? LONG_STEP_MAX_MS : STEP_MAX_MS));
  }
  await mend(scene);
  const bestAfterMs = await heal(scene);
  await checkAgreement(store, scene.clients, scene.problems);
  return bestAfterMs;
}
