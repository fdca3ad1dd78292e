/**
 * UDP endpoints under virtual time, on paths that lose, delay, reorder, repeat and damage datagrams, with addresses that change,
 * blackouts, restarts and attackers; then all heals. What is said must be heard, once and in order, or the connection end for a
 * reason that was there. Every choice comes from the seed.
 */
import { KEEP_ALIVE_MS } from '@sotto/protocol';
import { seeded } from '@sotto/protocol/testing';
import { healed } from './conditions.ts';
import { disturb } from './disturb.ts';
import { type Plan, planOf } from './plan.ts';
import type { TalkSide } from './talk.ts';
import { checkFigures, checkNothingLeft, describeUnsettled, isSettled, judge } from './verdict.ts';
import { type Caller, World } from './world.ts';

/** Enough for every silence to be noticed: the idle timeout, and what may still come before it. */
const SETTLING_MAX_MS = 120_000;
/** Where nobody has gone: who only listens notices a new address when it keeps alive, and then slow paths drain. */
const INTACT_SETTLING_MAX_MS = 40_000;
const HANGING_UP_MAX_MS = 15_000;
/** A client that loss kept from every reset token hears nothing of a server that has gone, and notices by itself [RESET-3] [END-3]. */
const NOTICING_MAX_MS = 65_000;
const LAST_TIMERS_MS = 75_000;
const CALLERS_MAX = 6;

export interface UdpReport {
  seed: number;
  problems: string[];
  trace: string[];
  packets: number;
  connections: number;
  /** How many clients' connections ended how. */
  ends: Record<string, number>;
  /** Greatest part of what an address that was not validated had sent that was sent there. */
  amplification: number;
  /** All ends were heard of; false where somebody had to notice the silence. */
  told: boolean;
}

export function simulateUdp(seed: number, packets = false): UdpReport {
  const number = seeded(seed);
  const plan = planOf(number);
  const { slackMs, tlsMs, tlsAtOnce: atOnce, serverFlight } = plan;
  const world = new World({
    seed,
    number,
    packets,
    slackMs,
    tlsMs,
    tls: { sizes: { serverFlight }, atOnce },
  });
  let told = false;
  try {
    told = run(world, plan);
  } catch (error) {
    world.problem(error instanceof Error ? `${error.stack}` : `${error}`);
  }
  const { problems } = world;
  if (problems.length > 0)
    problems.push(`replay with: node scripts/run.mjs tests/simulation/udp/replay.ts ${seed}`);
  return report(seed, world, told);
}

/** Returns whether all ends were told. */
function run(world: World, plan: Plan): boolean {
  const { number, queue } = world;
  const begin = queue.now;
  const sometime = () => begin + number(plan.untilMs * 10) / 10;
  for (let count = plan.callers; count > 0; count--) queue.at(begin + number(500), () => dial(world, plan));
  for (let count = plan.sayings; count > 0; count--)
    queue.at(sometime(), () => someSide(world)?.sayAnything(number));
  if (plan.bulkFrames > 0) queue.at(sometime(), () => someSide(world)?.say(2 + number(2), plan.bulkFrames));
  for (let count = plan.disturbances; count > 0; count--)
    queue.at(sometime(), () => disturb(world, plan.hostility));
  for (let at = 1_000; at < plan.untilMs; at += 1_000) queue.at(begin + at, () => look(world, plan));
  queue.run(begin + plan.untilMs);
  heal(world);
  settle(world);
  const told = hangUp(world);
  checkNothingLeft(world);
  judge(world);
  return told;
}

function dial(world: World, { up, down }: Plan): void {
  keepAlive(world, world.call(up, down));
}

/** As the session does, without which nobody would notice that the other end is gone. */
function keepAlive(world: World, caller: Caller): void {
  world.queue.after(KEEP_ALIVE_MS, () => {
    if (!caller.alive) return;
    if (caller.side?.open === true) caller.side.say(0, 1);
    keepAlive(world, caller);
  });
}

function someSide({ number, talks }: World): TalkSide | undefined {
  const open = talks.flatMap(({ sides }) => sides).filter((side) => side.open);
  return open[number(open.length)];
}

/** Whoever lost its connection dials anew; what can be seen from outside is as it should be. */
function look(world: World, plan: Plan): void {
  for (const caller of world.callers) {
    if (caller.alive || caller.replaced || world.callers.length >= CALLERS_MAX) continue;
    caller.replaced = true;
    dial(world, plan);
  }
  checkFigures(world);
}

/** Nothing is disturbed any more. */
function heal({ queue, callers, log }: World): void {
  log('heal');
  for (const { site } of callers) {
    for (const link of [site.up, site.down]) {
      link.conditions = healed(link.conditions);
      link.darkUntil = queue.now;
    }
  }
}

/** Everything said is heard, or the connection has ended. */
function settle(world: World): void {
  const { queue, callers } = world;
  const intact = callers.every(({ alive, side, talk }) => !alive || (side?.open && talk?.server?.open));
  const until = queue.now + (intact ? INTACT_SETTLING_MAX_MS : SETTLING_MAX_MS);
  if (!queue.run(until, () => callers.every(isSettled))) describeUnsettled(world);
}

/** One side of each connection, and then there is nothing more. Returns whether all others were told of it. */
function hangUp(world: World): boolean {
  const { queue, callers, talks, number } = world;
  for (const { sides } of talks) {
    const side = sides[number(sides.length)];
    if (sides.every(({ open }) => open)) side?.close(0, 'close');
  }
  const over = () => callers.every(({ alive }) => !alive);
  const soon = queue.run(queue.now + HANGING_UP_MAX_MS, over);
  if (!soon && !queue.run(queue.now + NOTICING_MAX_MS, over)) world.problem('not all have ended');
  queue.run(queue.now + LAST_TIMERS_MS);
  return soon;
}

function report(seed: number, world: World, told: boolean): UdpReport {
  const ends: Record<string, number> = {};
  for (const { side, failed, gone } of world.callers) {
    const how = gone ? 'vanished' : (failed?.by ?? side?.end?.by ?? 'open');
    ends[how] = (ends[how] ?? 0) + 1;
  }
  const { problems, trace, packets, talks, network } = world;
  return {
    seed,
    problems,
    trace,
    packets,
    connections: talks.length,
    ends,
    amplification: network.watch.worst,
    told,
  };
}
