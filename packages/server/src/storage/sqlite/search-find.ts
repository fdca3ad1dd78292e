/** Finding, with FTS5. Rows come in the order of their ids, newest first, and are looked at one by one until a page is full. */
import type { StreamId } from '@sotto/model';
import type { Term } from '../../search/query.ts';
import type { Hit, Hits, Wanted } from '../../search/store.ts';
import { firstIdAt, MARKS } from './search-document.ts';
import type { Statements } from './statements.ts';

/** Of few rooms the lists are met with those of the words; of many, each message is looked at: most are in one of them. */
const MARKED_ROOMS_MAX = 16;
/** One call looks at no more messages than this. */
const VISITED_MAX = 50_000;

const SQL = {
  byWords: `select w.rowid as position, m.stream, m.sequence
    from search_words w cross join search_messages m on m.id = w.rowid
    where search_words match ? and w.rowid < ? and w.rowid >= ? order by w.rowid desc`,
  byTime: `select id as position, stream, sequence from search_messages
    where id < ? and id >= ? order by id desc`,
};

export function find(statements: Statements, wanted: Wanted): Hits {
  const firstOf = new Map<StreamId, number>(wanted.scopes.map(({ stream, from }) => [stream, from]));
  const hits: Hit[] = [];
  if (wanted.scopes.length === 0) return { hits, next: undefined };
  let visited = 0;
  for (const hit of candidates(statements, wanted)) {
    const first = firstOf.get(hit.stream);
    if (first !== undefined && hit.sequence >= first) hits.push(hit);
    if (hits.length >= wanted.limit || ++visited >= VISITED_MAX) return { hits, next: hit.position };
  }
  return { hits, next: undefined };
}

function candidates(statements: Statements, wanted: Wanted): Iterable<Hit> {
  const until = wanted.untilMs > 0 ? firstIdAt(wanted.untilMs) : Number.MAX_SAFE_INTEGER;
  const before = Math.min(until, wanted.before ?? Number.MAX_SAFE_INTEGER);
  const since = wanted.sinceMs > 0 ? firstIdAt(wanted.sinceMs) : 0;
  const expression = matchExpression(wanted);
  // The statements name the columns of a hit.
  return (
    expression === ''
      ? statements.get(SQL.byTime).iterate(before, since)
      : statements.get(SQL.byWords).iterate(expression, before, since)
  ) as Iterable<Hit>;
}

/** Words and marks consist of letters, digits and such: inside quotes nothing of them is syntax. */
function matchExpression({ terms, senders, scopes, hasLink, hasFile }: Wanted): string {
  const parts = terms.map(phrase);
  if (senders.length > 0) parts.push(anyOf(senders.map(MARKS.sender)));
  if (hasLink) parts.push(quoted(MARKS.link));
  if (hasFile) parts.push(quoted(MARKS.file));
  if (scopes.length <= MARKED_ROOMS_MAX) parts.push(anyOf(scopes.map(({ stream }) => MARKS.stream(stream))));
  return parts.join(' AND ');
}

const phrase = ({ words, isBeginning }: Term): string =>
  `${quoted(words.join(' '))}${isBeginning ? ' *' : ''}`;
const anyOf = (marks: readonly string[]): string => `(${marks.map(quoted).join(' OR ')})`;
const quoted = (text: string): string => `"${text}"`;
