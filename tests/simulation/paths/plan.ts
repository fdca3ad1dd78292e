import { type Condition, type Fate, TRANSPORTS, World } from '@sotto/client/testing/paths';
import { type RandomNumber, seededRandom } from '@sotto/protocol/testing';

const NETWORKS = ['home', 'cafe', 'train'] as const;
const CONDITIONS: readonly Condition[] = ['works', 'works', 'silent', 'silent', 'refused', 'unreachable'];
const SLOW_RTT_MS = 600;
const USUAL_RTT_MS = 150;
const HAPPENINGS_MAX = 60;
/** Plans with so many happenings beyond a multiple of 5 have a person in them. */
const CHOOSES = 1;
/** How far apart things happen, by seed; and now and then much less. */
const GAPS_MS = [300, 3_000, 15_000, 60_000] as const;

/** What a seed is about. */
export interface Plan {
  transports: readonly string[];
  /** On which it begins, by a login; otherwise it searches. */
  startsOn: string | undefined;
  happenings: number;
  gapMs: number;
  /** One in so many Resumes goes wrong. */
  oddFates: number;
  timerLateMs: number;
  noticeLateMs: number;
  sleeps: boolean;
  networks: boolean;
  restarts: boolean;
  offers: boolean;
  /** A person chooses transports. */
  chooses: boolean;
}

export function planOf(number: RandomNumber): Plan {
  const all = TRANSPORTS.map(([transport]) => transport);
  const some = all.filter(() => number(3) > 0);
  const transports = number(4) > 0 || some.length === 0 ? all : some;
  const startsOn = number(2) === 0 ? transports[number(transports.length)] : undefined;
  const happenings = 5 + number(HAPPENINGS_MAX);
  return {
    transports,
    startsOn,
    happenings,
    gapMs: GAPS_MS[number(GAPS_MS.length)] ?? 0,
    oddFates: number(2) === 0 ? 0 : 2 + number(5),
    timerLateMs: number(3) === 0 ? number(80) : 0,
    noticeLateMs: [0, 2_000, 15_000][number(3)] ?? 0,
    sleeps: number(4) === 0,
    networks: number(3) === 0,
    restarts: number(3) === 0,
    offers: number(4) === 0,
    // Not drawn: seeds that failed before there was a choice go as they went.
    chooses: happenings % 5 === CHOOSES,
  };
}

export function worldOf(seed: number, number: RandomNumber, plan: Plan): World {
  const fate = (): Fate => {
    if (world.calm || plan.oddFates === 0 || number(plan.oddFates) > 0)
      return { kind: 'answered', lateMs: number(4) === 0 ? number(400) : 0 };
    const fates: readonly Fate[] = [
      { kind: 'lost' },
      { kind: 'ignored' },
      { kind: 'refused' },
      { kind: 'answered', lateMs: number(8_000) },
    ];
    return fates[number(fates.length)] ?? { kind: 'lost' };
  };
  const world: World = new World({
    random: seededRandom(seed),
    transports: plan.transports,
    fate,
    noticeLateMs: () => number(plan.noticeLateMs + 1),
    timerLateMs: () => (world.calm ? 0 : number(plan.timerLateMs + 1)),
  });
  for (const route of world.routes) route.rttMs = 2 + number(number(6) === 0 ? SLOW_RTT_MS : USUAL_RTT_MS);
  return world;
}

/** Something happens, in the network, to the server or to the machine. */
export function happen(world: World, plan: Plan, number: RandomNumber): void {
  const choice = number(20);
  if (choice === 0 && plan.sleeps) world.sleep(number(60_000));
  else if (choice === 1 && plan.networks) changeNetwork(world, number);
  else if (choice === 2 && plan.restarts) stopServer(world, number);
  else if (choice <= 4) world.startServer();
  else if (choice === 5 && plan.offers) world.offer(plan.transports.filter(() => number(3) > 0));
  else if (choice === 7 && plan.chooses)
    world.choose(number(2) === 0 ? undefined : anyOf(plan.transports, number));
  else if (choice === 6) for (const route of world.routes) world.set(route.transport, anyCondition(number));
  else world.set(anyOf(plan.transports, number), anyCondition(number));
}

const anyOf = (transports: readonly string[], number: RandomNumber): string =>
  transports[number(transports.length)] ?? '';

const anyCondition = (number: RandomNumber): Condition => CONDITIONS[number(CONDITIONS.length)] ?? 'works';

function changeNetwork(world: World, number: RandomNumber): void {
  for (const route of world.routes) if (number(2) === 0) route.condition = anyCondition(number);
  world.changeNetwork(NETWORKS[number(NETWORKS.length)] ?? '', number(2) === 0);
}

function stopServer(world: World, number: RandomNumber): void {
  const notice = number(2) === 0 ? { retryAfterMs: number(2) * number(20_000) } : undefined;
  world.stopServer(number(2) === 0 ? 'refused' : 'silent', notice);
}
