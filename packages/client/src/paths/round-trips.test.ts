import { expect, test } from 'bun:test';
import { ROUND_TRIPS_KEPT } from './policy.ts';
import { Watch } from './watch.ts';

/** How long it waits for an answer before it calls that silence. */
function patience(watch: Watch): number {
  watch.heard(0, false);
  watch.sent(0);
  for (let now = watch.deadline; ; now = watch.deadline) if (watch.advance(now) === 'silent') return now;
}

test('[PATH-4] T17: an answer that took in a pause of the path makes nobody wait longer; a path that became slow does', () => {
  const watch = new Watch(0);
  watch.roundTrip(50);
  watch.roundTrip(2_800);
  expect(patience(watch)).toBe(1_100);
  for (let answer = 1; answer < ROUND_TRIPS_KEPT; answer++) watch.roundTrip(400);
  expect(patience(watch)).toBe(1_800);
});
