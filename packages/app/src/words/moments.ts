/** Moments as people say them, where they are. */
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
/** What ends later ends never [SANCTION-2]. */
const YEAR_MAX = 9_999;

/** The time alone where it is today. */
export const momentWords = (at: Date, now: Date = new Date()): string =>
  (at.toDateString() === now.toDateString() ? TIME : MOMENT).format(at);

/** " until 14:05"; nothing where there is no end. */
export const untilWords = (end: Date | undefined, now?: Date): string =>
  end === undefined || Number.isNaN(end.getTime()) || end.getFullYear() > YEAR_MAX
    ? ''
    : ` until ${momentWords(end, now)}`;
