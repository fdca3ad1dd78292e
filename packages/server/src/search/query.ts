/** Reads what a user typed. Nothing in it is an operator of any database: what is not a word or a quote divides words. */
import { SEARCH_QUERY_MAX_BYTES } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { type Run, runsOf } from './words.ts';

/** What has to be there, all of it. */
export const TERMS_MAX = 16;
/** A beginning of one letter would mean a good part of all words. */
const BEGINNING_MIN = 2;

/** Words that stand next to each other. */
export interface Term {
  words: readonly string[];
  /** The last of them may be only the beginning of a word. */
  isBeginning: boolean;
}

const utf8 = new TextEncoder();
/** "In quotes", also where the second quote is missing; or up to the next blank or quote. */
const PART = /"([^"]*)("?)|[^\s"]+/gu;

/** No terms for a query of blanks. Throws ARGUMENT_INVALID for one that says nothing or too much. */
export function parseQuery(query: string): readonly Term[] {
  const size = utf8.encode(query).length;
  if (size > SEARCH_QUERY_MAX_BYTES) {
    throw invalid(`a query of ${size} bytes, at most ${SEARCH_QUERY_MAX_BYTES}`);
  }
  const terms: Term[] = [];
  for (const { 0: written, 1: quoted, 2: closing } of query.matchAll(PART)) {
    // Only the last part is still being typed, and not where its quote is closed.
    terms.push(...termsOf(quoted ?? written, quoted !== undefined && closing !== ''));
  }
  if (terms.length > TERMS_MAX) throw invalid(`${terms.length} words, at most ${TERMS_MAX}`);
  if (terms.length === 0 && query.trim() !== '') throw invalid('the query has no word');
  return terms.map((term, index) => (index === terms.length - 1 ? term : complete(term)));
}

/** Of one part: words as they stand next to each other, apart where scripts with and without blanks meet. */
function termsOf(text: string, closed: boolean): Term[] {
  const terms: Term[] = [];
  let spaced: string[] = [];
  const flush = () => {
    if (spaced.length > 0) terms.push({ words: spaced, isBeginning: !closed && mayBegin(spaced) });
    spaced = [];
  };
  for (const run of runsOf(text)) {
    if (!run.unspaced) {
      spaced.push(...run.words);
      continue;
    }
    flush();
    terms.push(pairs(run));
  }
  flush();
  return terms;
}

/** One character of these scripts is the beginning of every pair it is first in. */
const pairs = ({ words }: Run): Term => ({
  words,
  isBeginning: words.length === 1 && [...(words[0] ?? '')].length === 1,
});

const mayBegin = (words: readonly string[]): boolean => [...(words.at(-1) ?? '')].length >= BEGINNING_MIN;

/** Only the last term may be a beginning, except where the script needs it. */
const complete = (term: Term): Term =>
  term.isBeginning && [...(term.words.at(-1) ?? '')].length >= BEGINNING_MIN
    ? { ...term, isBeginning: false }
    : term;

const invalid = (detail: string) => new SottoError(ErrorCode.ARGUMENT_INVALID, detail);
