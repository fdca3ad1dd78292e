/** What an assistant is told that is asked by a message in a room [PROMPT-3] [PROMPT-6]. */
import { roomStream, type Sequence, type StreamId } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { StoredEvent } from '../../events/store.ts';
import type { Task } from '../task.ts';
import { type Asking, type OpenRoom, openRoom } from './access.ts';
import { fileOf, type OpenedFile, readFileOf } from './files.ts';
import { current, keyOf, readBack, type Spoken, toldOf } from './messages.ts';
import type { Gathered, PromptsOptions } from './prompts.ts';

type Question = Extract<Task, { kind: 'question' }>;

/** Of a long thread the last messages are told, as far as it is read. */
const THREAD_READS_MAX = 5;
const THREAD_PAGE = 200;

/** By what is known before the messages were judged. */
interface Around {
  question: StoredEvent;
  answered: StoredEvent | undefined;
  /** With its first message; the newest first, as is `before`. */
  thread: readonly StoredEvent[];
  before: readonly StoredEvent[];
}

export async function tellOfQuestion(
  options: PromptsOptions,
  asking: Asking,
  task: Question,
): Promise<Gathered> {
  const opened = await openRoom(options, asking, task.room);
  const around = await readAround(options, task, opened);
  const all = [around.question, around.answered ?? [], ...around.thread, ...around.before].flat();
  const seen = await current(options, asking, all);
  const file = await readFileOf(options, asking.asker, fileIn(around, seen));
  // Reading a file may take its time.
  const said = file === undefined ? seen : await current(options, asking, all);
  return tell(await openRoom(options, asking, task.room), around, said, file);
}

async function readAround(
  options: PromptsOptions,
  task: Question,
  { isHistoryTold }: OpenRoom,
): Promise<Around> {
  const stream = roomStream(task.room);
  const [question] = await options.events.events(stream, [task.sequence]);
  if (question === undefined) throw gone(task.sequence);
  if (!isHistoryTold) return { question, answered: undefined, thread: [], before: [] };
  const { relatesTo } = question;
  const [answered] = relatesTo === 0 ? [] : await options.events.events(stream, [relatesTo as Sequence]);
  const root = question.thread || (answered?.thread ?? 0);
  const thread = root === 0 ? [] : await readThread(options, stream, root as Sequence, task.sequence);
  const { found: before } = await readBack(options, stream, { before: task.sequence, after: 0 });
  return { question, answered, thread, before };
}

async function readThread(
  { events, messages }: PromptsOptions,
  stream: StreamId,
  root: Sequence,
  before: Sequence,
): Promise<readonly StoredEvent[]> {
  let last: readonly StoredEvent[] = await events.events(stream, [root]);
  let after = root;
  for (let reads = 0; reads < THREAD_READS_MAX; reads++) {
    const page = await messages.thread(stream, root, after, THREAD_PAGE);
    last = [...last, ...page].slice(-THREAD_PAGE);
    const end = page.at(-1);
    if (end === undefined || page.length < THREAD_PAGE || end.sequence >= before) break;
    after = end.sequence;
  }
  return last.filter(({ sequence }) => sequence < before).toReversed();
}

/** The question's own, that of the message it answers, or the last one that it names [PROMPT-5]. */
function fileIn(
  { question, answered, before, thread }: Around,
  said: ReadonlyMap<string, Spoken>,
): Spoken | undefined {
  const asked = said.get(keyOf(question));
  if (asked === undefined || asked.offer !== undefined) return asked;
  const answers = answered && said.get(keyOf(answered));
  if (answers?.offer !== undefined) return answers;
  const offers = [...thread, ...before].map((event) => said.get(keyOf(event)));
  return offers.find((one) => one?.offer && names(asked.text, one.offer.name));
}

/** Not within a longer word. */
function names(text: string, name: string): boolean {
  const [written, wanted] = [text, name.trim()].map((one) => one.normalize('NFC').toLowerCase());
  if (written === undefined || !wanted) return false;
  return written.split(wanted).some((before, index, parts) => {
    const after = parts[index + 1];
    return after !== undefined && !/[\p{L}\p{N}]$/u.test(before) && !/^[\p{L}\p{N}]/u.test(after);
  });
}

function tell(
  { first, label, state, isHistoryTold }: OpenRoom,
  { question, answered, thread, before }: Around,
  said: ReadonlyMap<string, Spoken>,
  file: OpenedFile | undefined,
): Gathered {
  const told = (events: readonly StoredEvent[]) =>
    events
      .filter(({ sequence }) => sequence >= first)
      .flatMap((event) => said.get(keyOf(event)) ?? [])
      .map((one) => toldOf(one, label));
  const [asked] = told([question]);
  if (asked === undefined) throw gone(question.sequence);
  const { topic, assistantInstructions: instructions } = state.record.settings;
  const groups = [answered === undefined ? [] : [answered], thread, before].map((events) => told(events));
  const known = [asked, ...(isHistoryTold ? groups.flat() : [])];
  return {
    question: asked,
    instructions,
    room: isHistoryTold ? { label, topic } : undefined,
    groups: isHistoryTold ? groups : [],
    order: 'room',
    file: fileOf(file, known),
    whole: undefined,
  };
}

export const gone = (sequence: number): SottoError =>
  new SottoError(ErrorCode.MESSAGE_GONE, `message ${sequence}`);
