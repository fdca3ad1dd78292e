/** What the outbox keeps, as callers see it. */
import { type RoomNumber, readContent } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { toFileInfo } from '../describe/files.ts';
import { fromBase64Url } from '../login/base64url.ts';
import type { OutboxEntry, OutboxFile } from '../store.ts';
import type { FileInfo, OutboxTarget, Recipient, Sent, SentDirect } from '../types.ts';

export function toTarget(target: OutboxEntry['target']): OutboxTarget {
  switch (target.kind) {
    case 'room':
      return { kind: 'room', room: target.room as RoomNumber };
    case 'direct':
      return { ...target, recipients: target.recipients as readonly Recipient[] };
  }
}

/** undefined where the store has something else there. */
export function fileIn({ content }: OutboxFile): FileInfo | undefined {
  const read = readContent(fromBase64Url(content));
  return read.kind === 'file' ? toFileInfo(read.file, undefined) : undefined;
}

/** The copies that the server made of a message. */
export const copiesOf = (result: Sent | SentDirect): readonly Sent[] =>
  result.kind === 'sent' ? [result] : result.outcomes.flatMap(({ sent }) => sent ?? []);

/** Why nobody gets it, where that is so: of a direct message one answer speaks of all recipients. */
export function refusalIn(result: Sent | SentDirect): SottoError | undefined {
  if (copiesOf(result).length > 0 || result.kind === 'sent') return undefined;
  const told = result.outcomes.find(({ error }) => error !== undefined)?.error;
  return told ?? new SottoError(ErrorCode.NOT_FOUND);
}
