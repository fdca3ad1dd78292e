/** Commands that find messages: history, search, what is unread. */
import type { Recipient } from '@sotto/client';
import { PAGE_MAX, SEARCH_QUERY_MAX_BYTES } from '@sotto/model';
import { type MessageRef, parseMessageRef } from '../parse/message-ref.ts';
import { parseConversation, parseCount, parseUser, quote } from '../parse/names.ts';
import { dayAfter, parseDay } from '../parse/values.ts';
import { type Conversation, LineError } from '../request.ts';
import { type Slashes, Words } from '../slash.ts';
import { optionalConversation } from './messages.ts';

export interface SearchFor {
  query: string;
  in: readonly Conversation[];
  from: readonly Recipient[];
  since: Date | undefined;
  until: Date | undefined;
  hasLink: boolean;
  hasFile: boolean;
}

export type FindRequest =
  | { kind: 'history'; of: Conversation | undefined; limit: number }
  | { kind: 'context'; message: MessageRef }
  /** `typed`: the same as it stands in the line. */
  | { kind: 'search'; search: SearchFor; typed: string }
  | { kind: 'mentions' }
  /** Without a conversation: how much is unread where. */
  | { kind: 'unread'; of: Conversation | undefined }
  /** More of what was shown last. */
  | { kind: 'next' };

const HISTORY_DEFAULT = 20;

export const FIND_SLASHES: Slashes<FindRequest> = {
  history: {
    usage: '[#room|@user] [N]',
    summary: `Show the last messages, ${HISTORY_DEFAULT} or N`,
    notes: ['/next goes further back.'],
    examples: ['/history', '/history #garden 50', '/history @bob'],
    completes: ['conversation', 'text'],
    parse: (words) => ({
      kind: 'history',
      of: optionalConversation(words),
      limit: parseCount(words.optional() ?? `${HISTORY_DEFAULT}`, PAGE_MAX),
    }),
  },
  context: {
    usage: 'MESSAGE',
    summary: 'Show what was said before and after a message',
    examples: ['/context #garden/12'],
    parse: (words) => ({ kind: 'context', message: parseMessageRef(words.next()) }),
  },
  search: {
    usage: 'words [in:#room] [from:alice] [since:DAY] [until:DAY] [has:link|file]',
    summary: 'Search the rooms you are in; /next for more',
    notes: [
      'All words must be there; the last one may be a beginning; "in quotes" is a phrase.',
      'in: and from: may stand more than once. DAY is 2026-01-31, until: is with that day. has: is link or file.',
      'Each hit has its number in front: /context #room/12 shows what was said around it.',
    ],
    examples: [
      '/search tomatoes',
      '/search "at last" in:#garden from:bob',
      '/search has:file since:2026-01-31',
    ],
    completes: [['in:#', 'in:@', 'from:', 'since:', 'until:', 'has:link', 'has:file']],
    parse: (words) => ({ kind: 'search', typed: words.left(), search: parseSearch(words) }),
  },
  mentions: {
    usage: '',
    summary: 'Show messages that mention you; /next for more',
    parse: () => ({ kind: 'mentions' }),
  },
  unread: {
    usage: '[#room|@user]',
    summary: 'Show where something is unread, or what',
    examples: ['/unread', '/unread #garden'],
    completes: ['conversation'],
    parse: (words) => ({ kind: 'unread', of: optionalConversation(words) }),
  },
  next: {
    usage: '',
    summary: 'Show more of the last search, history or list',
    parse: () => ({ kind: 'next' }),
  },
};

/** As `/search` reads it; nothing at all is nothing to look for. Throws a LineError. */
export const readSearch = (text: string): SearchFor => limited(filtersOf(new Words('/search words', text)));

const FILTER = /^(in|from|since|until|has):(.+)$/u;

function parseSearch(words: Words): SearchFor {
  const search = limited(filtersOf(words));
  const { query, in: conversations, from, hasLink, hasFile, since, until } = search;
  const saysSomething = conversations.length + from.length > 0 || hasLink || hasFile || since || until;
  if (query === '' && !saysSomething) throw new LineError('search for what? Write /search and words');
  return search;
}

function filtersOf(words: Words): SearchFor {
  const search = {
    in: [] as Conversation[],
    from: [] as Recipient[],
    since: undefined as Date | undefined,
    until: undefined as Date | undefined,
    hasLink: false,
    hasFile: false,
  };
  const query: string[] = [];
  for (const word of words.all()) {
    const [, filter, value = ''] = FILTER.exec(word) ?? [];
    if (filter === undefined) query.push(word);
    else if (filter === 'in') search.in.push(parseConversation(value));
    else if (filter === 'from') search.from.push(parseUser(value));
    else if (filter === 'since') search.since = parseDay(value);
    else if (filter === 'until') search.until = dayAfter(parseDay(value));
    else if (value === 'link') search.hasLink = true;
    else if (value === 'file') search.hasFile = true;
    else throw new LineError(`${quote(word)} is not known here; write has:link or has:file`);
  }
  return { query: query.join(' '), ...search };
}

function limited(search: SearchFor): SearchFor {
  if (new TextEncoder().encode(search.query).byteLength <= SEARCH_QUERY_MAX_BYTES) return search;
  throw new LineError(`the words are longer than ${SEARCH_QUERY_MAX_BYTES} bytes`);
}
