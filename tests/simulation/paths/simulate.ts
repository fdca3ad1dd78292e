/**
 * A path manager in the model world: ways to the server fail and recover, Resumes are lost, late or refused, the server restarts,
 * the machine sleeps and moves from network to network. All that the manager does is judged by docs/spec/paths.md, and when
 * nothing happens any more it has to come to the best path that works. Every choice comes from the seed.
 */
import { seeded } from '@sotto/protocol/testing';
import { happen, planOf, worldOf } from './plan.ts';
import { settle } from './settle.ts';

/** Beside what `settle` allows: a silence that is noticed late, and a wait that the server asked for. */
const NOTICED_MS = 60_000;

/** One seed in so many ends in the middle of it. */
const STOPPED_EVERY = 8;

export interface PathsReport {
  seed: number;
  problems: readonly string[];
  trace: readonly string[];
  moves: number;
  dials: number;
  offline: number;
}

export function simulatePaths(seed: number): PathsReport {
  const number = seeded(seed);
  const plan = planOf(number);
  const world = worldOf(seed, number, plan);
  const { witness } = world;
  if (plan.startsOn === undefined) world.start();
  else world.startOn(plan.startsOn);
  for (let left = plan.happenings; left > 0 && witness.problems.length === 0; left--) {
    world.run(number(number(3) === 0 ? 300 : plan.gapMs));
    happen(world, plan, number);
  }
  if (seed % STOPPED_EVERY !== 0) {
    world.startServer();
    world.wake();
    world.calm = true;
    settle(world, NOTICED_MS);
  }
  world.stop();
  const { problems, trace } = witness;
  return {
    seed,
    problems:
      problems.length === 0
        ? []
        : [...problems, `replay with: node scripts/run.mjs tests/simulation/paths/replay.ts ${seed}`],
    trace,
    moves: witness.count('adopted'),
    dials: witness.count('dial'),
    offline: witness.count('wait'),
  };
}
