/** Erasing from the index of search, inside the commit that erases a message's content. */
import type { Sequence, StreamId } from '@sotto/model';
import type { Statements } from './statements.ts';

const SQL = {
  find: 'select id from search_messages where stream = ? and sequence = ?',
  findBefore: 'select id from search_messages where stream = ? and sequence < ?',
  dropWords: 'delete from search_words where rowid = ?',
  dropMessage: 'delete from search_messages where id = ?',
};

/** Forgets the message, which may never have been indexed; the words of its last edit are stored under its own sequence. */
export function eraseFromSearch(statements: Statements, stream: StreamId, sequence: Sequence): void {
  eraseDocuments(statements, statements.get(SQL.find).all(stream, sequence));
}

/** Forgets every message of the stream with sequence < before. */
export function trimSearch(statements: Statements, stream: StreamId, before: Sequence): void {
  eraseDocuments(statements, statements.get(SQL.findBefore).all(stream, before));
}

function eraseDocuments(statements: Statements, documents: readonly unknown[]): void {
  for (const { id } of documents as readonly { id: number }[]) {
    statements.get(SQL.dropWords).run(id);
    statements.get(SQL.dropMessage).run(id);
  }
}
