/** Who may hear an answer that is not said yet: whoever may read what it answers [REPLY-5]. */
import { mayInRoom } from '@sotto/model';
import { type Asker, firstVisible, type RoomDirectory, standing } from '../rooms/directory.ts';
import type { AnswerHead } from './answer.ts';

/** Of an answer to a message. False for rooms that memory does not hold: nobody follows those. */
export function mayHear(
  directory: Pick<RoomDirectory, 'cached'>,
  user: Asker,
  { task }: Pick<AnswerHead, 'task'>,
): boolean {
  if (task.kind !== 'question') return false;
  const state = directory.cached(task.room);
  if (state === undefined) return false;
  return (
    mayInRoom(state.record.kind, standing(state, user), 'read') && task.sequence >= firstVisible(state, user)
  );
}
