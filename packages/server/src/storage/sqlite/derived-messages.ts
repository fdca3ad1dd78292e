import type { Sequence } from '@sotto/model';
import type { MessageChange } from '../../events/store.ts';
import type { Statements } from './statements.ts';

/** Inside the transaction of the append that says so. `headBefore` is the stream's head before it: the append's first event of the stream is the next one. */
export function applyMessageChange(
  _statements: Statements,
  change: MessageChange,
  _headBefore: Sequence,
): void {
  throw new Error(`${change.kind} is not built yet`);
}
