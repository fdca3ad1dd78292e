/** Durations, dates, words of a list: values as people type them. */
import { LineError } from '../request.ts';
import { quote } from './names.ts';

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};
const DURATION = /^(\d{1,6})([smhdw])$/;

export const isDuration = (word: string): boolean => DURATION.test(word);

/** `10s`, `30m`, `12h`, `7d`, `2w` in milliseconds. */
export function parseDuration(word: string): number {
  const [, count = '', unit = ''] = DURATION.exec(word) ?? [];
  const durationMs = Number(count) * (UNITS_MS[unit] ?? 0);
  if (durationMs > 0) return durationMs;
  throw new LineError(`${quote(word)} is no duration; write 10s, 30m, 12h, 7d or 2w`);
}

/** The beginning of a day here: `2026-01-31`. */
export function parseDay(word: string): Date {
  const [, year = '', month = '', day = ''] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(word) ?? [];
  const date = new Date(Number(year), Number(month) - 1, Number(day));
  const isReal = date.getMonth() === Number(month) - 1 && date.getDate() === Number(day);
  if (isReal && year !== '') return date;
  throw new LineError(`${quote(word)} is no day; write year, month and day like 2026-01-31`);
}

export const dayAfter = (day: Date): Date => new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1);

export function parseOnOff(word: string): boolean {
  if (word === 'on' || word === 'off') return word === 'on';
  throw new LineError(`${quote(word)} is neither on nor off`);
}

export function parseOneOf<const Word extends string>(word: string, words: readonly Word[]): Word {
  const found = words.find((one) => one === word.toLowerCase());
  if (found !== undefined) return found;
  throw new LineError(`${quote(word)} is not possible here; write ${listWords(words)}`);
}

/** `a, b or c`. */
function listWords(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

const MESSAGE_TOO_LONG = (what: string, max: number) => `${what} is longer than ${max} characters`;

export function parseAtMost(what: string, text: string, max: number): string {
  if ([...text].length <= max) return text;
  throw new LineError(MESSAGE_TOO_LONG(what, max));
}
