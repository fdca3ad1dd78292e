/** The paths that a client has used, as rows for people [PATH-11]. */
import type { PathStay } from '@sotto/client';
import { sanitizeLine } from '../../sanitize.ts';
import { momentLabel, table } from './words.ts';

/** More would push everything else off the screen; `--json` has them all. */
const SHOWN_MAX = 8;

/** Rows for `table`, oldest first; none where nothing was ever used. */
export function pathRows(paths: readonly PathStay[], nowMs: number): readonly (readonly string[])[] {
  const lines = table(paths.slice(-SHOWN_MAX).map((stay) => stayRow(stay, nowMs)));
  const earlier = paths.length - lines.length;
  const all = earlier === 0 ? lines : [`${earlier} earlier`, ...lines];
  return all.map((line, at) => [at === 0 ? 'paths' : '', line]);
}

function stayRow({ transport, since, until, left }: PathStay, nowMs: number): readonly string[] {
  const lasted = durationText((until?.getTime() ?? nowMs) - since.getTime());
  return [momentLabel(since), transport, lasted, until === undefined ? 'used now' : sanitizeLine(left)];
}

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

/** In the two largest units: `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`, `1 d 3 h`. */
export function durationText(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1_000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.floor(seconds);
  if (whole < MINUTE_S) return `${whole} s`;
  if (whole < HOUR_S) return twoUnits(whole, MINUTE_S, 'min', 1, 's');
  if (whole < DAY_S) return twoUnits(whole, HOUR_S, 'h', MINUTE_S, 'min');
  return twoUnits(whole, DAY_S, 'd', HOUR_S, 'h');
}

function twoUnits(
  seconds: number,
  large: number,
  largeName: string,
  small: number,
  smallName: string,
): string {
  return `${Math.floor(seconds / large)} ${largeName} ${Math.floor((seconds % large) / small)} ${smallName}`;
}
