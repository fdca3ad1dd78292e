import type { Sequence } from '@sotto/model';
import type { AccountChange } from '../../events/store.ts';
import type { Statements } from './statements.ts';

/** Inside the transaction of the append that says so. `headBefore` is the stream's head before it: the append's first event of the stream is the next one. */
export function applyAccountChange(
  _statements: Statements,
  change: AccountChange,
  _headBefore: Sequence,
): void {
  throw new Error(`${change.kind} is not built yet`);
}
