/** Who may be told what of a room, by what holds at that moment. */
import type { RoomNumber, Sequence } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { UserRecord } from '../../accounts/store.ts';
import { authorize, firstVisible, type RoomState, standing } from '../../rooms/directory.ts';
import type { PromptsOptions } from './prompts.ts';

/** Both as they were when it was asked. */
export interface Asking {
  asker: UserRecord;
  assistant: UserRecord;
}

/** A room of which both may read what is from `first` on. */
export interface OpenRoom {
  state: RoomState;
  first: Sequence;
  /** `#garden`, or the assistant's name in a direct room with it. */
  label: string;
  /** False: the question alone is told [PROMPT-6]. */
  isHistoryTold: boolean;
}

const notHere = (): SottoError => new SottoError(ErrorCode.ASSISTANT_NOT_HERE);

/** Both as they are now. Throws where one of them may do nothing any more, or the asker has blocked the assistant. */
export async function present(options: PromptsOptions, { asker, assistant }: Asking): Promise<Asking> {
  const { users, blocks } = options;
  if (await blocks.blocks(assistant.number, asker.number)) throw notHere();
  const found = await users.byNumbers([asker.number, assistant.number]);
  const isActive = ({ deletedMs, suspendedMs }: UserRecord) => deletedMs === 0 && suspendedMs === 0;
  const active = new Map(found.filter(isActive).map((user) => [user.number, user]));
  const [nowAsker, nowAssistant] = [active.get(asker.number), active.get(assistant.number)];
  if (nowAsker === undefined) throw new SottoError(ErrorCode.PERMISSION_DENIED, 'read');
  if (nowAssistant === undefined) throw new SottoError(ErrorCode.ASSISTANT_OFF);
  return { asker: nowAsker, assistant: nowAssistant };
}

/**
 * Asked before anything is read, and again after everything that was waited for: what was read meanwhile is told only
 * from what this answers. Throws SottoError.
 */
export async function openRoom(options: PromptsOptions, asking: Asking, room: RoomNumber): Promise<OpenRoom> {
  const { directory, clock } = options;
  const { asker, assistant } = await present(options, asking);
  const state = await directory.find(room);
  authorize(state, asker, 'read', clock.now());
  const opened = openFor({ asker, assistant }, state);
  if (opened === undefined) throw notHere();
  return opened;
}

/** As `openRoom`, for a task whose answer is made of what was said. */
export async function openHistory(
  options: PromptsOptions,
  asking: Asking,
  room: RoomNumber,
): Promise<OpenRoom> {
  const opened = await openRoom(options, asking, room);
  if (!opened.isHistoryTold) throw notHere();
  return opened;
}

/** Undefined where one of them is no member, or the room forbids assistants. */
export function openFor({ asker, assistant }: Asking, state: RoomState): OpenRoom | undefined {
  const { kind, name, settings } = state.record;
  const areIn = [asker, assistant].every((user) => standing(state, user) !== 'none');
  if (!areIn || settings.assistants === 'forbidden') return undefined;
  return {
    state,
    first: Math.max(firstVisible(state, asker), firstVisible(state, assistant)) as Sequence,
    label: kind === 'direct' ? `@${assistant.name}` : `#${name}`,
    isHistoryTold: settings.assistants === 'allowed',
  };
}
