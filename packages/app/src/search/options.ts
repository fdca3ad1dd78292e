/** What somebody looks for, as they typed and chose it, and as the SDK is asked. */
import type { JoinedRoom, SearchOptions } from '@sotto/client';
import type { RoomNumber } from '@sotto/model';
import { readSearch } from '../commands/groups/finding.ts';
import { findConversation } from '../commands/meant.ts';
import { parseUser } from '../commands/parse/names.ts';
import { dayAfter, parseDay } from '../commands/parse/values.ts';
import { LineError } from '../commands/request.ts';

export interface SearchWords {
  /** As `/search` takes it: "tomatoes from:alice has:file". */
  text: string;
  /** In all rooms, or in `room` alone. */
  everywhere: boolean;
  room: RoomNumber;
  /** A name; empty: anybody. */
  from: string;
  has: 'anything' | 'file' | 'link';
  /** Days like "2026-01-31", both included; empty: any. */
  since: string;
  until: string;
}

export interface Asked {
  query: string;
  options: SearchOptions;
}

/** undefined where nothing is to be looked for. Throws a LineError where a part of it cannot be meant. */
export function askedFor(words: SearchWords, rooms: readonly JoinedRoom[]): Asked | undefined {
  const typed = readSearch(words.text);
  const from = [...typed.from, ...(words.from.trim() === '' ? [] : [parseUser(words.from.trim())])];
  const since = typed.since ?? (words.since === '' ? undefined : parseDay(words.since));
  const until = typed.until ?? (words.until === '' ? undefined : dayAfter(parseDay(words.until)));
  const hasFile = typed.hasFile || words.has === 'file';
  const hasLink = typed.hasLink || words.has === 'link';
  const isFiltered = from.length + typed.in.length > 0 || hasFile || hasLink || since || until;
  if (typed.query === '' && !isFiltered) return undefined;
  const named = typed.in.map((conversation) => {
    const room = findConversation(rooms, conversation);
    if (room !== undefined) return room.number;
    throw new LineError(
      `you are not in ${conversation.kind === 'room' ? `#${conversation.room}` : `a conversation with @${conversation.person}`}`,
    );
  });
  const where = named.length > 0 ? named : words.everywhere ? [] : [words.room];
  return {
    query: typed.query,
    options: {
      ...(where.length > 0 && { rooms: where }),
      ...(from.length > 0 && { from }),
      ...(since !== undefined && { since }),
      ...(until !== undefined && { until }),
      ...(hasLink && { hasLink }),
      ...(hasFile && { hasFile }),
    },
  };
}

/** What to mark in the messages that are found: the words, without quotes. */
export const markedWords = (query: string): readonly string[] =>
  [...query.matchAll(/"([^"]+)"|([^\s"]+)/gu)]
    .map(([, phrase, word]) => phrase ?? word ?? '')
    .filter(Boolean);
