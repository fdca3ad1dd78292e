/** How long a ban or a mute holds. */
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const LENGTHS = {
  tenMinutes: { label: '10 minutes', ms: 10 * MINUTE_MS },
  hour: { label: '1 hour', ms: HOUR_MS },
  day: { label: '1 day', ms: DAY_MS },
  week: { label: '1 week', ms: 7 * DAY_MS },
  month: { label: '30 days', ms: 30 * DAY_MS },
  forEver: { label: 'Until it is lifted', ms: undefined },
  until: { label: 'Until a moment…', ms: undefined },
} as const;

export type HowLong = keyof typeof LENGTHS;

export const HOW_LONG: readonly { value: HowLong; label: string }[] = Object.entries(LENGTHS).map(
  ([value, { label }]) => ({ value: value as HowLong, label }),
);

export const howLongFrom = (value: string): HowLong =>
  HOW_LONG.find((each) => each.value === value)?.value ?? 'hour';

/** undefined: for ever. `moment`: of a field for date and time, where the reader is. */
export function endOf(howLong: HowLong, moment: string, now: Date): Date | undefined {
  if (howLong === 'until') {
    const end = new Date(moment);
    if (!(end > now)) throw new Error('This moment is over. Choose one that is still to come.');
    return end;
  }
  const { ms } = LENGTHS[howLong];
  return ms === undefined ? undefined : new Date(now.getTime() + ms);
}
