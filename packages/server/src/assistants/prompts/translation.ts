/** What an assistant is told to translate [PROMPT-8]. */
import { LANGUAGE_MAX_CHARACTERS, readLine, roomStream } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { Task } from '../task.ts';
import { type Asking, openHistory } from './access.ts';
import { current, keyOf, toldOf } from './messages.ts';
import type { Gathered, PromptsOptions } from './prompts.ts';
import { gone } from './question.ts';

type Translation = Extract<Task, { kind: 'translation' }>;

export async function tellForTranslation(
  options: PromptsOptions,
  asking: Asking,
  { room, sequence, language }: Translation,
): Promise<Gathered> {
  const into = languageIn(language);
  await openHistory(options, asking, room);
  const events = await options.events.events(roomStream(room), [sequence]);
  const said = await current(options, asking, events);
  const { first, label, state } = await openHistory(options, asking, room);
  const message = said.get(keyOf({ stream: roomStream(room), sequence }));
  if (message === undefined || sequence < first || message.text.trim() === '') throw gone(sequence);
  const { text, from } = message;
  const alone = { ...message, event: { ...message.event, relatesTo: 0, thread: 0 }, offer: undefined };
  return {
    question: { from: asking.asker.name, into },
    instructions: state.record.settings.assistantInstructions,
    room: undefined,
    groups: [[{ ...toldOf(alone, label), from, text }]],
    order: 'room',
    file: undefined,
    whole: undefined,
  };
}

function languageIn(written: string): string {
  const reading = readLine(written, { maxCharacters: LANGUAGE_MAX_CHARACTERS, lines: 'one' });
  if (reading.kind === 'invalid')
    throw new SottoError(ErrorCode.ARGUMENT_INVALID, `language: ${reading.reason}`);
  if (reading.text === '') throw new SottoError(ErrorCode.ARGUMENT_INVALID, 'language: empty');
  return reading.text;
}
