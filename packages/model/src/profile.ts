/** How somebody wants to be seen: what of a profile is accepted, by clients before they send it and by servers [TEXT-5]. */
import type { Profile } from '@sotto/schema';
import { readDisplayName } from './display-name.ts';
import { readEmoji } from './emoji.ts';
import { ABOUT_MAX_CHARACTERS, STATUS_MAX_CHARACTERS } from './limits.ts';
import { type LineReading, readLine } from './lines.ts';
import { isTimeMs } from './times.ts';

export type ProfileFields = Omit<Profile, '$typeName' | '$unknown' | 'user'>;
export type ProfileReading = { kind: 'valid'; profile: ProfileFields } | { kind: 'invalid'; reason: string };

const ABOUT = { maxCharacters: ABOUT_MAX_CHARACTERS, lines: 'many' } as const;
const STATUS = { maxCharacters: STATUS_MAX_CHARACTERS, lines: 'one' } as const;
/** IANA names; not the offsets that some runtimes take as well. */
const TIME_ZONE = /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/;

/** Every field may be empty. What comes back is normalised. */
export function checkProfile(fields: ProfileFields): ProfileReading {
  const displayName = orEmpty(fields.displayName, readDisplayName);
  const about = readLine(fields.about, ABOUT);
  const statusText = readLine(fields.statusText, STATUS);
  const statusEmoji = orEmpty(fields.statusEmoji, readOneEmoji);
  const timeZone = orEmpty(fields.timeZone, readTimeZone);
  if (displayName.kind === 'invalid') return invalid('display name', displayName.reason);
  if (about.kind === 'invalid') return invalid('about', about.reason);
  if (statusText.kind === 'invalid') return invalid('status', statusText.reason);
  if (statusEmoji.kind === 'invalid') return invalid('status emoji', statusEmoji.reason);
  if (timeZone.kind === 'invalid') return invalid('time zone', timeZone.reason);
  if (!isTimeMs(fields.statusUntilMs)) return invalid('status', 'ends at no time');
  return {
    kind: 'valid',
    profile: {
      displayName: displayName.text,
      about: about.text,
      statusText: statusText.text,
      statusEmoji: statusEmoji.text,
      timeZone: timeZone.text,
      statusUntilMs: fields.statusUntilMs,
    },
  };
}

const invalid = (field: string, reason: string): ProfileReading => ({
  kind: 'invalid',
  reason: `${field}: ${reason}`,
});

const orEmpty = (text: string, read: (text: string) => LineReading): LineReading =>
  text === '' ? { kind: 'valid', text } : read(text);

function readOneEmoji(text: string): LineReading {
  const emoji = readEmoji(text);
  return emoji === undefined ? { kind: 'invalid', reason: 'not one emoji' } : { kind: 'valid', text: emoji };
}

/** As the runtime's own copy of the IANA list knows it, in the case that it is written in there. */
export function readTimeZone(text: string): LineReading {
  const unknown: LineReading = { kind: 'invalid', reason: 'not known; an example is Europe/Berlin' };
  if (!TIME_ZONE.test(text)) return unknown;
  try {
    return {
      kind: 'valid',
      text: new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone,
    };
  } catch {
    return unknown;
  }
}
