/**
 * With `secure-delete` FTS5 takes erased words out of its pages at once, but not out of the list that says with which
 * words pages begin. That list has no more of a word than tells it from the one before, which is all of it where they
 * differ in the last letter only. A new list is made by merging, so that is done where a whole word is left there.
 */
import type { Statements } from './statements.ts';

/** Pages that one step writes: a few milliseconds. */
const STEP_PAGES = 64;
/** No message has it. Merging needs something to merge with. */
const FILLER = { id: -1, words: '§filler' };

const SQL = {
  /** Words in the list begin with a "0". Each segment of the index has a list of its own. */
  listed: `with recursive segments (id) as (
      select min(segid) from search_words_idx
      union all
      select (select min(segid) from search_words_idx where segid > id) from segments where id is not null)
    select w.value as word from segments cross join json_each(?) w
      cross join search_words_idx i on i.segid = segments.id and i.term = cast('0' || w.value as blob)`,
  used: 'select 1 from search_words where search_words match ? limit 1',
  mark: 'update search_upkeep set untidy = 1',
  unmark: 'update search_upkeep set untidy = 0',
  untidy: 'select untidy from search_upkeep',
  segments: 'select distinct segid as id from search_words_idx',
  merge: `insert into search_words (search_words, rank) values ('merge', -${STEP_PAGES})`,
  dropFiller: 'delete from search_words where rowid = ?',
  addFiller: 'insert into search_words (rowid, words) values (?, ?)',
};

/** Has it tidied where one of these words is still in the list, though no message has it any more. */
export function noteErased(statements: Statements, words: ReadonlySet<string>): void {
  if (words.size === 0) return;
  const listed = statements.get(SQL.listed).all(JSON.stringify([...words])) as readonly { word: string }[];
  if (listed.some(({ word }) => statements.get(SQL.used).get(`"${word}"`) === null))
    statements.get(SQL.mark).run();
}

export class SearchTidier {
  readonly #statements: Statements;
  /** Those that there were when it began, and have to go. */
  #segments: ReadonlySet<number> | undefined;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  /** See `SearchStore.tidy`. */
  step(): boolean {
    const { untidy } = this.#statements.get(SQL.untidy).get() as { untidy: number };
    if (untidy === 0) return false;
    if (this.#segments === undefined) {
      this.#segments = this.#present();
      this.#statements.get(SQL.dropFiller).run(FILLER.id);
      this.#statements.get(SQL.addFiller).run(FILLER.id, FILLER.words);
      return true;
    }
    this.#statements.get(SQL.merge).run();
    if (!this.#segments.isDisjointFrom(this.#present())) return true;
    this.#segments = undefined;
    this.#statements.get(SQL.unmark).run();
    return false;
  }

  #present(): ReadonlySet<number> {
    const rows = this.#statements.get(SQL.segments).all() as readonly { id: number }[];
    return new Set(rows.map(({ id }) => id));
  }
}
