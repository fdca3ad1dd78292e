/** What an assistant is told to sum up [PROMPT-7]. */
import { roomStream, type Sequence } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { Task } from '../task.ts';
import { type Asking, openHistory } from './access.ts';
import { current, keyOf, readBack, toldOf } from './messages.ts';
import type { Gathered, PromptsOptions } from './prompts.ts';

type Summary = Extract<Task, { kind: 'summary' }>;

export async function tellForSummary(
  options: PromptsOptions,
  asking: Asking,
  task: Summary,
): Promise<Gathered> {
  const opened = await openHistory(options, asking, task.room);
  const isUnread = task.after === 0 && task.sinceMs === 0;
  const after = isUnread ? await lastRead(options, asking, task) : await lastBefore(options, task);
  const stream = roomStream(task.room);
  const span = { before: 0, after: Math.max(after, opened.first - 1) };
  const { found, isMore } = await readBack(options, stream, span);
  // One has read what one wrote oneself.
  const wanted = isUnread ? found.filter(({ sender }) => sender !== asking.asker.number) : found;
  const said = await current(options, asking, wanted);
  const { first, label, state } = await openHistory(options, asking, task.room);
  const told = wanted
    .filter(({ sequence }) => sequence >= first)
    .flatMap((event) => said.get(keyOf(event)) ?? [])
    .map((one) => toldOf(one, label));
  if (told.length === 0) throw new SottoError(ErrorCode.MESSAGE_GONE, 'nothing to sum up');
  const { topic, assistantInstructions: instructions } = state.record.settings;
  return {
    question: { from: asking.asker.name },
    instructions,
    room: { label, topic },
    groups: [told],
    order: 'room',
    file: undefined,
    whole: { isMore },
  };
}

async function lastRead({ messages }: PromptsOptions, { asker }: Asking, { room }: Summary): Promise<number> {
  const [unread] = await messages.unread(asker.number, [room]);
  return unread?.read ?? 0;
}

/** The greater of both bounds. */
async function lastBefore({ events }: PromptsOptions, { room, after, sinceMs }: Summary): Promise<number> {
  if (!Number.isSafeInteger(after) || after < 0 || !Number.isFinite(sinceMs) || sinceMs < 0)
    throw new SottoError(ErrorCode.ARGUMENT_INVALID, 'after, since_ms');
  const since: Sequence | 1 = sinceMs === 0 ? 1 : await events.firstAfter(roomStream(room), sinceMs);
  return Math.max(after, since - 1);
}
