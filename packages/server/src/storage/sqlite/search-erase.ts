/** Erasing from the index of search, inside the commit that erases a message's content. */
import type { Sequence, StreamId } from '@sotto/model';
import { noteErased } from './search-tidy.ts';
import type { Statements } from './statements.ts';

const SQL = {
  find: 'select id from search_messages where stream = ? and sequence = ?',
  findBefore: 'select id from search_messages where stream = ? and sequence < ?',
  words: 'select words from search_words where rowid = ?',
  dropWords: 'delete from search_words where rowid = ?',
  dropMessage: 'delete from search_messages where id = ?',
};

/** Forgets the message, which may never have been indexed; words of an edit are stored as the message's own. */
export function eraseFromSearch(statements: Statements, stream: StreamId, sequence: Sequence): void {
  eraseDocuments(statements, statements.get(SQL.find).all(stream, sequence));
}

/** Forgets every message of the stream with sequence < before. */
export function trimSearch(statements: Statements, stream: StreamId, before: Sequence): void {
  eraseDocuments(statements, statements.get(SQL.findBefore).all(stream, before));
}

function eraseDocuments(statements: Statements, documents: readonly unknown[]): void {
  const words = new Set<string>();
  for (const { id } of documents as readonly { id: number }[]) {
    for (const word of wordsAt(statements, id)) words.add(word);
    statements.get(SQL.dropWords).run(id);
    statements.get(SQL.dropMessage).run(id);
  }
  noteErased(statements, words);
}

/** What is stored under an id. */
export function wordsAt(statements: Statements, id: number): readonly string[] {
  const row = statements.get(SQL.words).get(id) as { words: string } | null;
  return row?.words.split(' ') ?? [];
}
