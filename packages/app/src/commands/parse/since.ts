/** Moments in the past as people name them: `2h`, `yesterday`, `monday`, `2026-01-31`. */
import { LineError } from '../request.ts';
import { quote } from './names.ts';
import { isDuration, parseDay, parseDuration } from './values.ts';

export type Since =
  | { kind: 'ago'; ms: number }
  /** The beginning of the day so many before today. */
  | { kind: 'daysAgo'; days: number }
  /** The beginning of the last day of the week that is this one, from 0 for Sunday; never today. */
  | { kind: 'weekday'; day: number }
  | { kind: 'day'; at: Date };

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const DAY_NAMES = new Map([
  ['today', 0],
  ['yesterday', 1],
]);
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAYS_A_WEEK = 7;

export const isSince = (word: string): boolean =>
  isDuration(word) ||
  DAY.test(word) ||
  DAY_NAMES.has(word.toLowerCase()) ||
  WEEKDAYS.includes(word.toLowerCase());

export function parseSince(word: string): Since {
  const name = word.toLowerCase();
  const days = DAY_NAMES.get(name);
  if (days !== undefined) return { kind: 'daysAgo', days };
  if (WEEKDAYS.includes(name)) return { kind: 'weekday', day: WEEKDAYS.indexOf(name) };
  if (DAY.test(word)) return { kind: 'day', at: parseDay(word) };
  if (isDuration(word)) return { kind: 'ago', ms: parseDuration(word) };
  throw new LineError(`${quote(word)} is no time; write 2h, 30m, yesterday, monday or 2026-01-31`);
}

/** The moment, here. */
export function sinceDate(since: Since, now: Date): Date {
  switch (since.kind) {
    case 'ago':
      return new Date(Math.max(1, now.getTime() - since.ms));
    case 'day':
      return since.at;
    case 'daysAgo':
      return dayBefore(now, since.days);
    case 'weekday':
      return dayBefore(now, ((now.getDay() - since.day + DAYS_A_WEEK - 1) % DAYS_A_WEEK) + 1);
  }
}

const dayBefore = (now: Date, days: number): Date =>
  new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);
