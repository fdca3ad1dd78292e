import { UsageError } from './errors.ts';

const UNITS_MS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 60 * 60_000,
  d: 24 * 60 * 60_000,
};

/** `30m`, `12h`, `7d` in milliseconds. */
export function parseDuration(flag: string, text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const durationMs = Number(count) * (UNITS_MS[unit] ?? 0);
  if (durationMs > 0) return durationMs;
  throw new UsageError(`${flag} "${text}" is no duration; write minutes, hours or days like 30m, 12h, 7d`);
}
