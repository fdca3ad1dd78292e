/** An answer as people read it: while it is written, and at its end [REPLY-2] [REPLY-3] [PROMPT-10]. */
const TEXT_MAX_BYTES = 16 * 1024 - 16;

export type Cut = 'stopped' | 'length' | 'filtered' | 'timeout' | 'provider' | 'shutdown';

const WHY: Readonly<Record<Cut, string>> = {
  stopped: 'stopped',
  length: 'cut off: too long',
  filtered: 'cut off by the provider',
  timeout: 'cut off: the provider took too long',
  provider: 'cut off: the provider failed',
  shutdown: 'cut off: the server stopped',
};

/** As far as it was written. */
export const shown = (raw: string, _sources: ReadonlySet<string>): string => raw;

/** Empty where nothing is left to say. */
export function finished(raw: string, _sources: ReadonlySet<string>, cut: Cut | undefined): string {
  const text = raw.trim();
  if (text === '') return '';
  return cut === undefined ? text : `${text.slice(0, TEXT_MAX_BYTES / 4)}\n[${WHY[cut]}]`;
}
