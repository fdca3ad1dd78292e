/**
 * Who a message mentions: a pure function of its text, so that servers and clients agree without saying it on the wire
 * [TEXT-1].
 */
import { MENTIONS_MAX, MESSAGE_MAX_BYTES } from './limits.ts';
import type { RawBlock } from './markdown/raw.ts';
import { proseOf } from './prose.ts';
import { namesAt, type WrittenName } from './written-names.ts';

export interface Mentions {
  /** Name keys, distinct, in the order they are written, at most MENTIONS_MAX. Not each need be somebody's name. */
  names: readonly string[];
  /** `@room`: everybody in the room. Whether the sender may is for others to judge. */
  room: boolean;
}

/** Where in a text somebody may be mentioned. */
export interface MentionSpan {
  /** Of its "@", in UTF-16 units. */
  start: number;
  /** Readings of the name that count, longest first; `room` is everybody. Never empty. */
  names: readonly WrittenName[];
}

/** What an "@" that mentions nobody stands behind: a word, an address, another "@", or the backslash that takes its meaning. */
const MENTION = /@(?<![\p{L}\p{N}\p{M}.+\-%=&@\\]_{0,3}@)/gu;
/** As many as are looked at: a message of signs alone costs no more. */
const SIGNS_MAX = 4 * MENTIONS_MAX;
const NAME_OF_ROOM = 'room';

export function mentionsIn(text: string): Mentions {
  const keys = mentionSpans(text).flatMap(({ names }) => names.map(({ key }) => key));
  const names = [...new Set(keys)].filter((key) => key !== NAME_OF_ROOM);
  return { names, room: keys.includes(NAME_OF_ROOM) };
}

/** What mentionsIn counts, and where it stands. */
export function mentionSpans(text: string, blocks?: readonly RawBlock[]): readonly MentionSpan[] {
  if (!text.includes('@')) return [];
  const counted = new Set<string>();
  const counts = ({ key }: WrittenName): boolean => {
    if (key !== NAME_OF_ROOM && counted.size < MENTIONS_MAX) counted.add(key);
    return key === NAME_OF_ROOM || counted.has(key);
  };
  return [...spansIn(proseOf(text.slice(0, MESSAGE_MAX_BYTES), blocks))].flatMap(({ start, names }) => {
    const counting = names.filter(counts);
    return counting.length === 0 ? [] : [{ start, names: counting }];
  });
}

function spansIn(prose: string): readonly MentionSpan[] {
  return [...prose.matchAll(MENTION)].slice(0, SIGNS_MAX).map(({ index }) => ({
    start: index,
    names: namesAt(prose, index + 1),
  }));
}

/** The same text with a backslash before each sign that would mention somebody; of very many, before all further ones. */
export function withoutMentions(text: string): string {
  if (!text.includes('@')) return text;
  const prose = proseOf(text);
  const order = new Map([...prose.matchAll(MENTION)].map(({ index }, place) => [index, place]));
  return text.replaceAll('@', (sign, index: number) => {
    const place = order.get(index);
    return place !== undefined && (place >= SIGNS_MAX || namesAt(prose, index + 1).length > 0)
      ? `\\${sign}`
      : sign;
  });
}
