import type { World } from '@sotto/client/testing/paths';

/** To notice, to find nothing, to be offline for as long as that may take, and to search again. */
const NOTICED_MS = 13_000;
/** Back on a transport that works [PATH-7]. */
const BACK_MS = 30_000;
const HEARD_MS = 1_000;
const STAYS_MS = 45_000;

/**
 * Nothing happens any more: within the time that PATH-7 and PATH-8 give it, the session is on the best transport that works,
 * and stays there; where none works, the client goes on trying.
 */
export function settle(world: World, noticedMs = NOTICED_MS): void {
  world.note(`quiet; the best is ${world.best}`);
  if (world.best === undefined) triesOn(world);
  else comesToBest(world, noticedMs);
}

function comesToBest(world: World, noticedMs: number): void {
  const { witness } = world;
  const noticed = world.now + noticedMs;
  // Whoever was closed before hears of it.
  world.run(HEARD_MS);
  const isThere = () => isOnBest(world) && witness.book.alive.length === 1;
  for (;;) {
    const until = Math.max(noticed, witness.holds.heldUntil(world.best ?? '')) + BACK_MS;
    if (world.now >= until || world.run(until - world.now, isThere)) break;
    if (witness.problems.length > 0) return;
  }
  if (isOnBest(world)) stays(world);
  else
    witness.problem(`[PATH-7] is not on ${world.best}, which works, but on ${world.used?.route.transport}`);
}

/** Or on a better one, which is too slow to count on. */
function isOnBest({ best, used, witness: { book } }: World): boolean {
  if (used?.meets !== 'works' || used.silent) return false;
  return best === undefined || book.rank(used.route.transport) <= book.rank(best);
}

function stays(world: World): void {
  const { witness, best, manager } = world;
  const { book } = witness;
  const moves = witness.count('adopt');
  const mayMove = world.routes.some(
    (route) => book.better.includes(route.transport) && route.condition === 'works',
  );
  world.run(STAYS_MS);
  if (!isOnBest(world) || (!mayMove && witness.count('adopt') !== moves))
    witness.problem(`does not stay on ${best}, which works`);
  if (book.better.length === 0 && manager.deadline !== Number.POSITIVE_INFINITY)
    witness.problem('is on the best path and waits for something');
}

function triesOn(world: World): void {
  const { witness } = world;
  world.run(STAYS_MS);
  const tries = witness.count('dial');
  world.run(STAYS_MS);
  const { used } = world;
  if (used?.meets === 'works') return;
  if (used?.silent === false) witness.problem(`${used.route.transport} does not work, and nobody notices`);
  if (witness.count('dial') < tries + witness.book.candidates.length) witness.problem('has given up trying');
}
