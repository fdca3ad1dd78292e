/** Every order in which the four ways to the server may fail and recover. */
import { expect } from 'bun:test';
import { type Condition, TRANSPORTS, World } from '@sotto/client/testing/paths';
import { seededRandom } from '@sotto/protocol/testing';
import { settle } from './settle.ts';

export type Change = readonly [transport: string, condition: Condition];
type Conditions = Readonly<Record<string, Condition>>;

const CONDITIONS: readonly Condition[] = ['works', 'refused', 'silent'];
const NAMES = TRANSPORTS.map(([transport]) => transport);
const BEGINNING_MS = 1_000;

/** All sequences of `length` changes: fail silently, refuse, work again, of whichever transport is not so already. */
export function* allSequences(length: number): Generator<readonly Change[]> {
  yield* continued([], Object.fromEntries(NAMES.map((name) => [name, 'works'])), length);
}

function* continued(
  before: readonly Change[],
  now: Conditions,
  length: number,
): Generator<readonly Change[]> {
  if (length === 0) {
    yield before;
    return;
  }
  for (const name of NAMES) {
    for (const condition of CONDITIONS) {
      if (now[name] === condition) continue;
      yield* continued([...before, [name, condition]], { ...now, [name]: condition }, length - 1);
    }
  }
}

/** All four fail in every order, in every of these ways, and then recover in every order. */
export function* allFallsAndRises(): Generator<readonly Change[]> {
  for (const kinds of ['refused', 'silent', 'mixed', 'other'] as const) {
    for (const falls of orders(NAMES)) {
      for (const rises of orders(NAMES)) {
        const how = (name: string): Condition => {
          if (kinds === 'refused' || kinds === 'silent') return kinds;
          return (NAMES.indexOf(name) % 2 === 0) === (kinds === 'mixed') ? 'refused' : 'silent';
        };
        yield [
          ...falls.map((name) => [name, how(name)] as const),
          ...rises.map((name) => [name, 'works'] as const),
        ];
      }
    }
  }
}

function* orders(names: readonly string[]): Generator<readonly string[]> {
  if (names.length === 0) yield [];
  for (const name of names) {
    for (const rest of orders(names.filter((other) => other !== name))) yield [name, ...rest];
  }
}

/** Plays the changes, so long one after the other, and then waits for the best. Returns what was wrong. */
export function play(changes: readonly Change[], gapMs: number): readonly string[] {
  const world = playWorld(changes, gapMs);
  if (world.witness.problems.length === 0) return [];
  return [...world.witness.problems, ...world.witness.trace];
}

export function playWorld(changes: readonly Change[], gapMs: number): World {
  const world = new World({ random: seededRandom(changes.length + gapMs) });
  world.start();
  world.run(BEGINNING_MS);
  for (const [transport, condition] of changes) {
    world.set(transport, condition);
    world.run(gapMs);
  }
  settle(world);
  world.stop();
  return world;
}

/** Each at each of these speeds; returns how many histories that were. */
export function playAll(sequences: Iterable<readonly Change[]>, gapsMs: readonly number[]): number {
  let count = 0;
  for (const changes of sequences) {
    for (const gapMs of gapsMs) {
      const wrong = play(changes, gapMs);
      if (wrong.length > 0) expect({ changes, gapMs, wrong }).toEqual({ changes, gapMs, wrong: [] });
      count += 1;
    }
  }
  return count;
}
