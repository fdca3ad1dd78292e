/** Times as people read them, where they are. */
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const DAY_OF_YEAR = new Intl.DateTimeFormat(undefined, { dateStyle: 'full' });
const SHORT_DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const DAY_MS = 24 * 60 * 60_000;

export const timeWords = (at: Date): string => TIME.format(at);
/** Where there is little room: without the half of the day, which the time above it says. */
export const narrowTimeWords = (at: Date): string =>
  TIME.formatToParts(at)
    .flatMap(({ type, value }) => (type === 'dayPeriod' ? [] : [value]))
    .join('')
    .trim();
export const exactWords = (at: Date): string => EXACT.format(at);

/** "Today", "Yesterday", "Saturday 21 November", and the year of other years. */
export function dayWords(at: Date, now: Date): string {
  if (isSameDay(at, now)) return 'Today';
  if (isSameDay(at, new Date(now.getTime() - DAY_MS))) return 'Yesterday';
  return (at.getFullYear() === now.getFullYear() ? DAY : DAY_OF_YEAR).format(at);
}

/** "at 9:41", or "on 21 Nov". */
export const whenWords = (at: Date, now: Date): string =>
  isSameDay(at, now) ? `at ${timeWords(at)}` : `on ${SHORT_DAY.format(at)}`;

/** The time of today, else the day. */
export const shortWords = (at: Date, now: Date): string =>
  isSameDay(at, now) ? timeWords(at) : SHORT_DAY.format(at);

const isSameDay = (one: Date, other: Date): boolean => one.toDateString() === other.toDateString();
