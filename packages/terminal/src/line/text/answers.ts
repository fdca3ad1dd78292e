/** What came of questions to assistants, as lines for people. */
import { type Answer, ErrorCode, type SottoError } from '@sotto/client';
import { sanitizeLines } from '../../sanitize.ts';
import { headed } from './messages.ts';
import { errorText, messageLabel, personLabel, roomLabel } from './words.ts';

/** Nothing while it is on its way, nor where a message says it. `line`: of the command, in a pipe. */
export function answerLines(answer: Answer, line: number | undefined): readonly string[] {
  const { state, question, room } = answer;
  const who = personLabel(answer.assistant);
  switch (state.kind) {
    case 'waiting':
    case 'writing':
      return [];
    case 'done':
    case 'cutOff':
    case 'stopped':
      if (question === undefined) return privateLines(answer, state.text ?? '');
      if (state.sequence !== undefined || room === undefined) return [];
      return [`* ${who} was stopped before it had an answer to ${messageLabel(room, question)}.`];
    case 'failed': {
      if (question === undefined && state.error.code === ErrorCode.MESSAGE_GONE) return nothingLines(answer);
      const about = question === undefined || room === undefined ? '' : ` (${messageLabel(room, question)})`;
      return [
        `! ${line === undefined ? '' : `line ${line}: `}${who}: no answer${about}. ${failureText(answer, state.error)}`,
      ];
    }
  }
}

/** With what to type, where that is known. */
function failureText({ room, question, assistant }: Answer, error: SottoError): string {
  if (error.code !== ErrorCode.ASSISTANT_NOT_HERE || room?.kind === 'direct') return errorText(error);
  if (room === undefined)
    return question === undefined ? errorText(error) : 'You are not in the room any more where you asked.';
  const label = roomLabel(room);
  return `One of you two is not in ${label}, or it may not answer there. /add ${label} ${personLabel(assistant)} brings it in; /room ${label} shows what it may.`;
}

function privateLines({ assistant, room }: Answer, text: string): readonly string[] {
  const where = room === undefined ? '' : `[${roomLabel(room)}] `;
  if (text === '') return [`* ${personLabel(assistant)} was stopped.`];
  return headed(`${where}${personLabel(assistant)}, only you see this:`, sanitizeLines(text));
}

const NOT_FOUND =
  '* Nothing was found in the rooms that you and the assistant are in. /search looks in all rooms of yours.';

export function nothingLines({ room }: Pick<Answer, 'room'>): readonly string[] {
  if (room === undefined) return [NOT_FOUND];
  const label = roomLabel(room);
  return [`* There is nothing new in ${label}. /ai catch-up ${label} 1d goes further back.`];
}
