import { expect } from 'bun:test';
import { type Chunk, type ConnectionId, seeded } from '@sotto/protocol/testing';
import { CLEAN, type Conditions } from './conditions.ts';
import { Handmade, idOf } from './handmade.ts';
import { SERVER } from './network.ts';
import type { TalkSide } from './talk.ts';
import { type Caller, World, type WorldOptions } from './world.ts';

export const DELAY_MS = CLEAN.delayMs;
export const ROUND_TRIP_MS = 2 * DELAY_MS;

/** Worlds for tests of one thing: a clean line, and what the test does to it. */
export const newWorld = (options: Partial<WorldOptions> = {}): World =>
  new World({ seed: 1, number: seeded(1), tlsMs: 0, ...options });

export interface Pair {
  world: World;
  caller: Caller;
  client: TalkSide;
  server: TalkSide;
  /** Reads what is sent to the server, and to the client; each packet once. */
  atServer: Handmade;
  atClient: Handmade;
  run(ms: number): void;
}

/** A connection of which both ends know that the other has keys. */
export function connected(
  options: Partial<WorldOptions> = {},
  up: Partial<Conditions> = {},
  down: Partial<Conditions> = {},
): Pair {
  const world = newWorld(options);
  return connectedIn(world, up, down);
}

export function connectedIn(
  world: World,
  up: Partial<Conditions> = {},
  down: Partial<Conditions> = {},
  restMs = 1_000,
): Pair {
  const caller = world.call({ ...CLEAN, ...up }, { ...CLEAN, ...down });
  world.queue.run(world.queue.now + 2_000, () => caller.talk?.server !== undefined);
  world.queue.run(world.queue.now + restMs);
  const client = caller.talk?.client;
  const server = caller.talk?.server;
  const secret = world.secrets.at(-1);
  if (client === undefined || server === undefined || secret === undefined)
    throw new Error(`no connection: ${world.trace.join('\n')}`);
  return {
    world,
    caller,
    client,
    server,
    atServer: new Handmade('server', secret),
    atClient: new Handmade('client', secret),
    run: (ms) => void world.queue.run(world.queue.now + ms),
  };
}

/** A connection whose client a test speaks for, which has its keys and no manners. */
export interface SpokenFor extends Pair {
  hand: Handmade;
  /** The server's ID. */
  to: ConnectionId;
  /** Sends a sealed packet. */
  say(chunks: readonly Chunk[], from?: string): void;
  /** What the server says. */
  heard: Chunk[];
}

/** Far above the numbers that the client has used. */
const FIRST_NUMBER = 300;

export function spokenFor(): SpokenFor {
  const pair = connected();
  const { world, caller } = pair;
  const secret = world.secrets.at(-1);
  let id: ConnectionId | undefined;
  caller.site.up.drops = ({ bytes }) => {
    id = idOf(bytes);
    return false;
  };
  pair.client.say(1, 1);
  pair.run(500);
  caller.host.stop();
  if (id === undefined || secret === undefined) throw new Error('nothing was said');
  const to = id;
  const hand = new Handmade('client', secret, FIRST_NUMBER);
  const heard: Chunk[] = [];
  world.network.tap = ({ bytes }) => {
    heard.push(...(hand.read(world.queue.now, bytes)?.chunks ?? []));
  };
  const say = (chunks: readonly Chunk[], from = caller.address) => {
    world.network.toServer({ bytes: hand.packet(to, chunks), from, to: SERVER, content: undefined });
    pair.run(5);
  };
  return { ...pair, hand, to, say, heard };
}

/** Everything said was heard, and nothing was wrong. */
export function expectHeard({ world, caller }: Pick<Pair, 'world' | 'caller'>): void {
  expect(caller.talk?.quiet).toBe(true);
  expect(world.problems).toEqual([]);
}
