/**
 * UDP endpoints under virtual time, on paths that lose, delay, reorder, repeat and damage datagrams, with addresses that change,
 * blackouts, restarts and attackers; then all heals. What is said must be heard, once and in order, or the connection end for a
 * reason that was there. Every choice comes from the seed.
 */
import { KEEP_ALIVE_MS } from '@sotto/protocol';
import { type RandomNumber, seeded } from '@sotto/protocol/testing';
import { type Conditions, healed, randomConditions } from './conditions.ts';
import { disturb, type Hostility } from './disturb.ts';
import { judge } from './verdict.ts';
import { type Caller, World } from './world.ts';

/** Enough for every silence to be noticed and every timer to fire. */
const SETTLING_MAX_MS = 120_000;
const HANGING_UP_MAX_MS = 15_000;
const LAST_TIMERS_MS = 75_000;
const CALLERS_MAX = 6;
const DISTURBED_MAX_MS = 15_000;
const SAYINGS_MAX = 60;
const DISTURBANCES_MAX = 30;

export interface UdpReport {
  seed: number;
  problems: string[];
  trace: string[];
  packets: number;
  connections: number;
  /** How many connections were given up, and how many were cut short by hanging up or a restart. */
  ends: Record<string, number>;
  /** Greatest part of what an address that was not validated had sent that was sent there. */
  amplification: number;
}

interface Plan {
  hostility: Hostility;
  up: Conditions;
  down: Conditions;
  untilMs: number;
}

export function simulateUdp(seed: number, packets = false): UdpReport {
  const number = seeded(seed);
  const world = new World({
    seed,
    number,
    packets,
    slackMs: number(2) === 0 ? 0 : number(40) / 10,
    tlsMs: number(4) === 0 ? 30 : 1,
    tls: { sizes: { serverFlight: number(3) === 0 ? 4_000 : 1_720 }, atOnce: number(3) === 0 },
  });
  try {
    run(world, planOf(number));
  } catch (error) {
    world.problem(error instanceof Error ? `${error.stack}` : `${error}`);
  }
  const { problems } = world;
  if (problems.length > 0) problems.push(`replay with: npx bun tests/simulation/udp/replay.ts ${seed}`);
  return report(seed, world);
}

function planOf(number: RandomNumber): Plan {
  const some = () => number(3) === 0;
  const up = randomConditions(number);
  return {
    hostility: {
      rebinds: some(),
      migrates: some(),
      blackouts: some(),
      restarts: number(6) === 0,
      vanishes: number(6) === 0,
      closes: number(4) === 0,
      replays: some(),
      garbage: some(),
      diverts: some(),
    },
    up,
    down: number(2) === 0 ? up : randomConditions(number),
    untilMs: 2_000 + number(DISTURBED_MAX_MS),
  };
}

function run(world: World, plan: Plan): void {
  const { number, queue } = world;
  const begin = queue.now;
  const during = () => begin + number(plan.untilMs * 10) / 10;
  for (let callers = 1 + number(3); callers > 0; callers--)
    queue.at(begin + number(500), () => dial(world, plan));
  for (let count = number(SAYINGS_MAX); count > 0; count--) queue.at(during(), () => say(world));
  for (let count = number(DISTURBANCES_MAX); count > 0; count--)
    queue.at(during(), () => disturb(world, plan.hostility));
  for (let at = 1_000; at < plan.untilMs; at += 1_000) queue.at(begin + at, () => look(world, plan));
  queue.run(begin + plan.untilMs);
  heal(world);
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

function say(world: World): void {
  const { number, talks } = world;
  const sides = talks[number(talks.length)]?.sides;
  const side = sides?.[number(sides.length)];
  if (side?.open === true) side.sayAnything(number);
}

/** Whoever lost its connection dials anew; what can be seen from outside is as it should be. */
function look(world: World, plan: Plan): void {
  for (const caller of world.callers) {
    if (caller.alive || caller.replaced || world.callers.length >= CALLERS_MAX) continue;
    caller.replaced = true;
    dial(world, plan);
  }
  for (const talk of world.talks) {
    for (const { connection, end, sent } of talk.sides) {
      if (end !== undefined) continue;
      const { inFlightBytes } = connection.stats();
      if (!(inFlightBytes >= 0)) world.problem(`${inFlightBytes} bytes in flight`);
      const { bufferedBytes, runs } = connection;
      if (!(bufferedBytes >= 0 && bufferedBytes <= sent.bytes))
        world.problem(`${bufferedBytes} bytes buffered`);
      if (!(runs >= 0)) world.problem(`${runs} runs`);
    }
  }
}

/** Nothing is disturbed any more: everything said is heard, or the connection has ended; then all hang up. */
function heal(world: World): void {
  const { queue, callers, talks, number } = world;
  world.log('heal');
  for (const { site } of callers) {
    for (const link of [site.up, site.down]) {
      link.conditions = healed(link.conditions);
      link.darkUntil = queue.now;
    }
  }
  const settled = () => callers.every(isSettled);
  if (!queue.run(queue.now + SETTLING_MAX_MS, settled)) describeUnsettled(world);
  for (const { sides } of talks) {
    const side = sides[number(sides.length)];
    if (side?.open === true && sides.every(({ open }) => open)) side.close(0, 'close');
  }
  const over = () => callers.every(({ alive }) => !alive);
  if (!queue.run(queue.now + HANGING_UP_MAX_MS, over)) world.problem('not all have ended');
  queue.run(queue.now + LAST_TIMERS_MS);
  checkEmpty(world);
  judge(world);
}

function isSettled({ alive, side, talk, connection }: Caller): boolean {
  if (!alive) return true;
  const server = talk?.server;
  if (side?.open !== true || server?.open !== true) return false;
  return talk?.quiet === true && connection.bufferedBytes === 0 && server.connection.bufferedBytes === 0;
}

function describeUnsettled(world: World): void {
  for (const caller of world.callers) {
    if (isSettled(caller)) continue;
    const { name, talk, side, connection } = caller;
    const server = talk?.server;
    world.problem(
      `${name} is not settled: ${connection.state}, buffered ${connection.bufferedBytes}, heard ${side?.heard} of ` +
        `${server?.sent.frames}; server ${server?.connection.state}, buffered ${server?.connection.bufferedBytes}, ` +
        `heard ${server?.heard} of ${side?.sent.frames}`,
    );
  }
}

/** Nobody remembers anything. */
function checkEmpty(world: World): void {
  const { server, callers } = world;
  if (server.endpoint.connections !== 0)
    world.problem(`the server has ${server.endpoint.connections} connections`);
  if (server.endpoint.deadline() !== Number.POSITIVE_INFINITY)
    world.problem('the server still waits for something');
  for (const { host, gone, name } of callers) {
    if (!gone && host.endpoint.connections !== 0) world.problem(`${name} still has a connection`);
  }
}

function report(seed: number, world: World): UdpReport {
  const ends: Record<string, number> = {};
  for (const { side, failed, gone } of world.callers) {
    const how = gone ? 'vanished' : (failed?.by ?? side?.end?.by ?? 'open');
    ends[how] = (ends[how] ?? 0) + 1;
  }
  let packets = 0;
  for (const { site } of world.callers) packets += site.up.counts.sent + site.down.counts.sent;
  return {
    seed,
    problems: world.problems,
    trace: world.trace,
    packets,
    connections: world.talks.length,
    ends,
    amplification: world.network.watch.worst,
  };
}
