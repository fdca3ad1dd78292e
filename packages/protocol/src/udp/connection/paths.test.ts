import { expect, test } from 'bun:test';
import { Paths, sameHost } from './paths.ts';

const HOME = '192.0.2.1|5000';
const TRAIN = '198.51.100.7|6000';

function moved(now: number) {
  const paths = new Paths(HOME);
  const train = paths.arrived(TRAIN, 100);
  paths.moveTo(now, train, 100);
  return { paths, train };
}

let drawn = 0n;
const random = () => ++drawn;

test('T6 [ADMIT-4] [ROAM-2]: an address that has not answered gets at most three times what came from it', () => {
  const { paths, train } = moved(0);
  expect(paths.room(train)).toBe(300);
  paths.sent(train, 250);
  expect(paths.room(train)).toBe(50);
  paths.arrived(TRAIN, 40);
  expect(paths.room(train)).toBe(170);
  const challenge = paths.takeChallenge(0, random);
  expect(paths.answered(challenge ?? 0n)).toBe(true);
  expect(paths.room(train)).toBe(Number.POSITIVE_INFINITY);
});

test('T6 [ROAM-4]: only the answer to a challenge of this path validates it; it is asked up to three times', () => {
  const { paths, train } = moved(0);
  const first = paths.takeChallenge(0, random);
  expect(paths.takeChallenge(99, random)).toBeUndefined();
  const second = paths.takeChallenge(100, random);
  expect(second).not.toBe(first);
  expect(paths.answered(123_456n)).toBe(false);
  expect(train.validated).toBe(false);
  expect(paths.answered(first ?? 0n)).toBe(true);
  expect(train.validated).toBe(true);
  expect(paths.deadline).toBe(Number.POSITIVE_INFINITY);
});

test('T6 [ROAM-2]: a path that never answers is left for the one before', () => {
  const { paths } = moved(0);
  for (const now of [0, 100, 200]) expect(paths.takeChallenge(now, random)).toBeDefined();
  expect(paths.giveUp(299)).toBeUndefined();
  expect(paths.giveUp(300)?.key).toBe(HOME);
  expect(paths.active.key).toBe(HOME);
  expect(paths.active.validated).toBe(true);
});

test('T6 [ROAM-2] [ROAM-4]: a challenge waits for room, and the path is left in time although none could be sent', () => {
  const { paths, train } = moved(0);
  paths.sent(train, 290);
  expect(paths.takeChallenge(0, random)).toBeUndefined();
  expect(paths.deadline).toBe(300);
  paths.arrived(TRAIN, 40);
  expect(paths.deadline).toBe(0);
  expect(paths.takeChallenge(50, random)).toBeDefined();
  expect(paths.deadline).toBe(150);
  paths.sent(train, 100);
  expect(paths.giveUp(300)?.key).toBe(HOME);
});

test('T6 [ROAM-2]: coming back to a path that has answered needs no new answer', () => {
  const { paths } = moved(0);
  paths.moveTo(10, paths.arrived(HOME, 50), 100);
  expect(paths.takeChallenge(10, random)).toBeUndefined();
  expect(paths.active.validated).toBe(true);
});

test('T6 [ROAM-2]: however many addresses send, few are remembered, the active one and the one before among them', () => {
  const { paths } = moved(0);
  for (let port = 1; port <= 1_000; port++) paths.arrived(`203.0.113.9|${port}`, 1_000);
  expect(paths.knows(HOME)).toBe(true);
  expect(paths.knows(TRAIN)).toBe(true);
  let known = 0;
  for (let port = 1; port <= 1_000; port++) if (paths.knows(`203.0.113.9|${port}`)) known += 1;
  expect(known).toBeLessThanOrEqual(4);
});

test('T6 [ROAM-3]: another port is the same host, another address is not', () => {
  expect(sameHost('::1|5', '::1|6')).toBe(true);
  expect(sameHost('::1|5', '::2|5')).toBe(false);
});
