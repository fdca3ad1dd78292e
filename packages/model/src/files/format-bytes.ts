const UNITS = ['kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB'] as const;
const STEP = 1_000;

/** "1 byte", "999 bytes", "3.2 MB", "52.4 MB", "118 MB": in powers of 1,000, with three digits at most. */
export function formatBytes(bytes: number): string {
  const whole = Math.round(bytes);
  if (!Number.isFinite(bytes) || whole < 0) return '? bytes';
  if (whole < STEP) return whole === 1 ? '1 byte' : `${whole} bytes`;
  let value = whole;
  let unit = '';
  for (const each of UNITS) {
    if (rounded(value) < STEP) break;
    value /= STEP;
    unit = each;
  }
  return `${rounded(value)} ${unit}`;
}

/** One decimal where it says something. */
const rounded = (value: number): number => (value < 99.95 ? Math.round(value * 10) / 10 : Math.round(value));
