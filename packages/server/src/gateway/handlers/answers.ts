/** Answers and assistants as the schema writes them. */
import type { FrameFields } from '@sotto/protocol';
import { AnswerEnd, AssistantState } from '@sotto/schema';
import type { AnswerHead, AnswerNews } from '../../assistants/answers/answer.ts';

type AnswerFields = NonNullable<FrameFields<'answerUpdate'>['answer']>;
type State = NonNullable<AnswerFields['state']>;

export const STATES = {
  ready: AssistantState.READY,
  unreachable: AssistantState.UNREACHABLE,
  disabled: AssistantState.DISABLED,
} as const;

const ENDS = {
  done: AnswerEnd.DONE,
  stopped: AnswerEnd.STOPPED,
  cutOff: AnswerEnd.CUT_OFF,
  failed: AnswerEnd.FAILED,
} as const;

/** Why it failed is for its asker alone [ASK-4]. */
export function describeAnswer(head: AnswerHead, news: AnswerNews, forAsker: boolean): AnswerFields {
  const { id, assistant, asker, room = 0, task } = head;
  const isQuestion = task.kind === 'question';
  return {
    id,
    assistant,
    asker,
    room,
    question: isQuestion ? task.sequence : 0,
    thread: isQuestion ? task.thread : 0,
    state: stateOf(news, forAsker),
  };
}

function stateOf(news: AnswerNews, forAsker: boolean): State {
  switch (news.kind) {
    case 'waiting':
      return { case: 'waiting', value: news.place };
    case 'writing':
      return { case: 'writing', value: { offset: news.offset, text: news.text } };
    case 'done':
    case 'stopped':
    case 'cutOff':
      return { case: 'ended', value: { end: ENDS[news.kind], sequence: news.sequence, text: news.text } };
    case 'failed': {
      const { code, detail, retryAfterMs } = news.error;
      const error = forAsker ? { error: { code, detail, retryAfterMs } } : {};
      return { case: 'ended', value: { end: ENDS.failed, ...error } };
    }
  }
}
