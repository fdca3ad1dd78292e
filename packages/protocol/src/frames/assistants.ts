/** Assistants (assistant.proto). */
import * as schema from '@sotto/schema';
import { FrameType } from '@sotto/schema';
import { CHAT_LANE } from '../frame.ts';
import { frame, LOGGED_IN } from './definition.ts';

export const assistantsFrames = {
  listAssistants: frame(FrameType.LIST_ASSISTANTS, schema.ListAssistantsSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'assistantList',
  }),
  assistantList: frame(FrameType.ASSISTANT_LIST, schema.AssistantListSchema, {
    from: 'server',
    states: LOGGED_IN,
  }),
  askAssistant: frame(FrameType.ASK_ASSISTANT, schema.AskAssistantSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'answerStarted',
  }),
  answerStarted: frame(FrameType.ANSWER_STARTED, schema.AnswerStartedSchema, {
    from: 'server',
    states: LOGGED_IN,
  }),
  watchAnswers: frame(FrameType.WATCH_ANSWERS, schema.WatchAnswersSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'answerList',
  }),
  answerList: frame(FrameType.ANSWER_LIST, schema.AnswerListSchema, { from: 'server', states: LOGGED_IN }),
  stopAnswer: frame(FrameType.STOP_ANSWER, schema.StopAnswerSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'done',
  }),
  // Among the events: the end of an answer comes after the message that it became.
  answerUpdate: frame(FrameType.ANSWER_UPDATE, schema.AnswerUpdateSchema, {
    from: 'server',
    states: LOGGED_IN,
    lane: CHAT_LANE,
  }),
} as const;
