/** Who may ask, hear and stop: by what holds at that moment, so it is asked again each time. */
import { mayInRoom, type UserNumber } from '@sotto/model';
import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { UserRecord } from '../../accounts/store.ts';
import { peerOf } from '../../rooms/direct.ts';
import {
  type Asker,
  authorize,
  firstVisible,
  type RoomDirectory,
  type RoomState,
  standing,
} from '../../rooms/directory.ts';
import type { Assistant, Assistants } from '../assistants.ts';
import type { AnswerHead } from './answer.ts';

export interface RightsOptions {
  assistants: Pick<Assistants, 'ready'>;
  users: { byNumber(user: UserNumber): Promise<UserRecord | undefined> };
  directory: RoomDirectory;
  /** Whether the one hears the other directly [BLOCK-1]. */
  mayWriteTo: (sender: UserNumber, recipient: UserNumber) => Promise<boolean>;
  clock: Clock;
}

/** Who asked is not here any more: nobody is told anything. */
export class AskerGone extends Error {}

export class Rights {
  readonly #options: RightsOptions;

  constructor(options: RightsOptions) {
    this.#options = options;
  }

  /** Whether the question may be asked now; throws SottoError, or AskerGone. */
  async check(head: AnswerHead): Promise<{ asker: UserRecord; assistant: Assistant }> {
    const { users, assistants, directory, clock, mayWriteTo } = this.#options;
    const asker = await users.byNumber(head.asker);
    if (asker === undefined || asker.deletedMs > 0 || asker.suspendedMs > 0) throw new AskerGone();
    const assistant = assistants.ready(head.assistant);
    if (head.task.kind === 'question') {
      const state = await directory.find(head.task.room);
      authorize(state, asker, 'read', clock.now());
      const other = peerOf(state.record, head.assistant);
      const isHeard = other === undefined || (await mayWriteTo(head.assistant, other));
      const isWelcome = isHeard && state.record.settings.assistants !== 'forbidden';
      if (!isWelcome || !isAllowed(state, assistant.speaker.user, 'send', clock.now()))
        throw new SottoError(ErrorCode.ASSISTANT_NOT_HERE);
    }
    return { asker, assistant };
  }

  /** Its asker, and who may do that in its room [REPLY-4]. */
  async mayStop({ asker, task }: AnswerHead, by: UserRecord): Promise<boolean> {
    if (asker === by.number) return true;
    if (task.kind !== 'question') return false;
    const { directory, clock } = this.#options;
    return isAllowed(await directory.find(task.room), by, 'stopAnswers', clock.now());
  }
}

/** Whoever may read what it answers hears an answer that is not said yet [REPLY-5]. False for rooms that memory does not hold: nobody follows those. */
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

function isAllowed(
  state: RoomState | undefined,
  user: UserRecord,
  right: 'send' | 'stopAnswers',
  nowMs: number,
): boolean {
  try {
    authorize(state, user, right, nowMs);
    return true;
  } catch (refusal) {
    if (refusal instanceof SottoError) return false;
    throw refusal;
  }
}
