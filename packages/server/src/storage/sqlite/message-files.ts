/** Which messages offer which stored files: rows that go in the commit that erases the message, or what it offers. */
import type { Sequence, StreamId } from '@sotto/model';
import type { Statements } from './statements.ts';

const SQL = {
  drop: 'delete from message_files where stream = ? and sequence = ? returning sha256',
  dropBefore: 'delete from message_files where stream = ? and sequence < ? returning sha256',
  release: `update stored_files set unreferenced = 1 where sha256 = ?1
    and not exists (select 1 from message_files where sha256 = ?1)
    and not exists (select 1 from uploads where sha256 = ?1 and finished = 1)`,
};

/** The message, which may never have offered anything, offers no file any more. */
export function dropOffer(statements: Statements, stream: StreamId, sequence: Sequence): void {
  release(statements, statements.get(SQL.drop).all(stream, sequence));
}

/** No message of the stream with sequence < before does. */
export function trimOffers(statements: Statements, stream: StreamId, before: Sequence): void {
  release(statements, statements.get(SQL.dropBefore).all(stream, before));
}

function release(statements: Statements, dropped: readonly unknown[]): void {
  for (const { sha256 } of dropped as readonly { sha256: Uint8Array }[])
    statements.get(SQL.release).run(sha256);
}
