import type { RoomChange } from '../../events/store.ts';
import type { Statements } from './statements.ts';

/** Inside the transaction of the append that says so. */
export function applyRoomChange(_statements: Statements, change: RoomChange): void {
  throw new Error(`${change.kind} is not built yet`);
}
