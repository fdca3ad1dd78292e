/**
 * Who a message mentions: a pure function of its text, so that servers and clients agree without saying it on the wire
 * [TEXT-1].
 */
import { blankCode } from './code-spans.ts';
import { MENTIONS_MAX, MESSAGE_MAX_BYTES } from './limits.ts';
import { readName } from './names.ts';
import { firstDisallowed, mapWidth } from './names-precis.ts';

export interface Mentions {
  /** Name keys, distinct, in the order they are written, at most MENTIONS_MAX. Not each need be somebody's name. */
  names: readonly string[];
  /** `@room`: everybody in the room. Whether the sender may is for others to judge. */
  room: boolean;
}

/** What an "@" that mentions nobody stands behind: a word, an address, another "@", or the backslash that takes its meaning. */
const MENTION = /@(?<![\p{L}\p{N}\p{M}.+\-%=&@\\]_{0,3}@)/gu;
/** Paths of some sites begin with "@". */
const REST_OF_URL = /:\/\/\S*/g;
/** No valid name is longer as written. */
const WRITTEN_MAX_UNITS = 256;
/** As many as are looked at: a message of signs alone costs no more. */
const SIGNS_MAX = 4 * MENTIONS_MAX;
const SEPARATOR = /[:,#/@]/;
/** What most names consist of; all else in a name is as likely the punctuation of the sentence. */
const PLAIN = /^[\p{L}\p{N}\p{M}._'-]*/u;
const NAME_OF_ROOM = 'room';

export function mentionsIn(text: string): Mentions {
  const names = new Set<string>();
  let room = false;
  if (!text.includes('@')) return { names: [], room };
  const prose = proseOf(text.slice(0, MESSAGE_MAX_BYTES));
  for (const { index } of [...prose.matchAll(MENTION)].slice(0, SIGNS_MAX)) {
    for (const key of namesAt(prose.slice(index + 1, index + 1 + WRITTEN_MAX_UNITS))) {
      if (key === NAME_OF_ROOM) room = true;
      else if (names.size < MENTIONS_MAX) names.add(key);
    }
  }
  return { names: [...names], room };
}

/** The same text with a backslash before each sign that would mention somebody; of very many, before all further ones. */
export function withoutMentions(text: string): string {
  if (!text.includes('@')) return text;
  const prose = proseOf(text);
  const order = new Map([...prose.matchAll(MENTION)].map(({ index }, place) => [index, place]));
  const isNamed = (index: number) =>
    namesAt(prose.slice(index + 1, index + 1 + WRITTEN_MAX_UNITS)).length > 0;
  return text.replaceAll('@', (sign, index: number) => {
    const place = order.get(index);
    return place !== undefined && (place >= SIGNS_MAX || isNamed(index)) ? `\\${sign}` : sign;
  });
}

/** Of the same length, without what is code or a URL. */
const proseOf = (text: string): string =>
  blankCode(text).replace(REST_OF_URL, (url) => ' '.repeat(url.length));

/**
 * A name may hold nearly any visible ASCII, so where it ends is not certain, and which names exist is not known here.
 * So up to three readings count: all of the run of characters that a name may hold (`o'neil`, `bob!`); that run as far as
 * it is plain and without dots, dashes, underscores and quotes at its end (`bob`); and that without `'s`.
 */
function namesAt(written: string): readonly string[] {
  const run = nameLike(mapWidth(/^\S*/.exec(written)?.[0] ?? '').normalize('NFC'));
  const plain = (PLAIN.exec(run)?.[0] ?? '').replace(/[._'-]+$/, '');
  return [run, plain, plain.replace(/'s$/, '')].flatMap((name) => {
    const reading = readName(name);
    return reading.kind === 'valid' ? [reading.key] : [];
  });
}

function nameLike(text: string): string {
  const run = text.split(SEPARATOR, 1)[0] ?? '';
  const stranger = firstDisallowed(run);
  return stranger === undefined ? run : run.slice(0, run.indexOf(stranger));
}
