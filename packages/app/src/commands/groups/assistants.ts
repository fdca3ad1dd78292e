/** Commands about assistants: asking them, and stopping them. */
import type { Recipient } from '@sotto/client';
import { ASSISTANT_SEARCH_MAX_CHARACTERS, LANGUAGE_MAX_CHARACTERS, MESSAGE_MAX_BYTES } from '@sotto/model';
import { isMessageRef, type MessageRef, parseMessageRef } from '../parse/message-ref.ts';
import { parseConversation, parseCount, parseUser, quote } from '../parse/names.ts';
import { isSince, parseSince, type Since } from '../parse/since.ts';
import { parseAtMost } from '../parse/values.ts';
import { type Conversation, LineError } from '../request.ts';
import type { Slashes, Words } from '../slash.ts';

export type AssistantRequest =
  /** Who they are, and how they are asked. */
  | { kind: 'assistants' }
  /** By a message. Without a room: where one is. Without an assistant: the first. */
  | { kind: 'ask'; in: Conversation | undefined; assistant: Recipient | undefined; question: string }
  /** Of what is unread. */
  | ({ kind: 'summary'; of: Conversation | undefined } & Private)
  | ({ kind: 'catchUp'; of: Conversation | undefined; since: CatchUpSince } & Private)
  /** Without a language: that of whoever asks. */
  | ({ kind: 'translate'; message: MessageRef; language: string | undefined } & Private)
  | ({ kind: 'searchAll'; question: string } & Private)
  /** Without a number: the latest. */
  | { kind: 'stopAnswer'; answer: number | undefined };

/** Only whoever asks is told. Without an assistant: the first. */
interface Private {
  assistant: Recipient | undefined;
}
type CatchUpSince = Since | { kind: 'after'; message: MessageRef };

const ACTIONS = ['summary', 'catch-up', 'translate', 'search', 'ask', 'stop'] as const;
type Action = (typeof ACTIONS)[number];
const NUMBER_MAX = 0xffff_ffff;

export const ASSISTANT_SLASHES: Slashes<AssistantRequest> = {
  ai: {
    usage:
      '[#room] [@assistant] QUESTION | [@assistant] ask QUESTION | summary [#room] | catch-up [#room] SINCE | translate MESSAGE [LANGUAGE] | search QUESTION | stop [N]',
    summary: 'Ask an assistant; alone, show which there are',
    notes: [
      'QUESTION is asked by a message in the room that one is in, or the one named, and everybody there sees the answer.',
      'Without a room it is asked in your direct messages with the assistant. ask is for questions that begin with one of these words.',
      'What follows only you are told, and nothing of it is kept:',
      'summary is of what you had not read when this program was started, or asked for the last one.',
      'catch-up is of what was said since a time (2h, 30m, yesterday, monday, 2026-01-31) or after a MESSAGE.',
      'translate is into your own language, unless you name one. search asks about all rooms that you and the assistant are in.',
      'Where there are several assistants, the first is asked, unless another stands in front: /ai @helper summary.',
      'An answer cites messages like #room/12: /context #room/12 shows what was said there.',
      'stop ends your latest answer on its way, or the one with that number. What was written of it stands.',
      'The service behind the assistant is told what it is asked, and what was said in that room as far as you may read it.',
    ],
    examples: [
      '/ai what is a good time to prune tomatoes?',
      '/ai #garden what did we decide?',
      '/ai summary #garden',
      '/ai catch-up yesterday',
      '/ai translate #garden/12 French',
      '/ai search who has the keys?',
      '/ai stop',
    ],
    completes: [ACTIONS, 'conversation', 'text'],
    parse: parseAi,
  },
};

function parseAi(words: Words): AssistantRequest {
  if (words.peek() === undefined) return { kind: 'assistants' };
  const first = words.optionalIf(isUser);
  const action = words.optionalIf((word) => ACTIONS.some((one) => one === word));
  if (action !== undefined) return parseAction(words, action as Action, first);
  const room = first === undefined ? words.optionalIf((word) => /^#./u.test(word)) : undefined;
  return {
    kind: 'ask',
    in: room === undefined ? undefined : parseConversation(room),
    assistant: assistantOf(first ?? words.optionalIf(isUser)),
    question: parseQuestion(words),
  };
}

const isUser = (word: string): boolean => /^@./u.test(word);
const assistantOf = (name: string | undefined): Recipient | undefined =>
  name === undefined ? undefined : parseUser(name);

function parseAction(words: Words, action: Action, name: string | undefined): AssistantRequest {
  const assistant = assistantOf(name);
  switch (action) {
    case 'ask':
      return { kind: 'ask', in: undefined, assistant, question: parseQuestion(words) };
    case 'summary':
      return { kind: 'summary', assistant, of: only(words, action, conversationOf(words)) };
    case 'catch-up':
      return { ...parseCatchUp(words), assistant };
    case 'translate':
      return { ...parseTranslate(words), assistant };
    case 'search':
      return {
        kind: 'searchAll',
        assistant,
        question: parseAtMost('the question', words.rest(), ASSISTANT_SEARCH_MAX_CHARACTERS),
      };
    case 'stop': {
      if (name !== undefined) throw askInstead(action, name);
      const number = words.optionalIf((word) => /^\d+$/.test(word));
      const answer = number === undefined ? undefined : parseCount(number, NUMBER_MAX);
      return { kind: 'stopAnswer', answer: only(words, action, answer) };
    }
  }
}

function parseCatchUp(words: Words): Omit<Extract<AssistantRequest, { kind: 'catchUp' }>, 'assistant'> {
  const of = words.peek()?.includes('/') === true ? undefined : conversationOf(words);
  const word = words.next();
  if (isMessageRef(word)) {
    const message = parseMessageRef(word);
    const where = message.in === undefined ? { ...message, in: of } : message;
    return { kind: 'catchUp', of, since: only(words, 'catch-up', { kind: 'after', message: where }) };
  }
  if (!isSince(word)) throw askInstead('catch-up', word);
  return { kind: 'catchUp', of, since: only(words, 'catch-up', parseSince(word)) };
}

function parseTranslate(words: Words): Omit<Extract<AssistantRequest, { kind: 'translate' }>, 'assistant'> {
  const word = words.next();
  if (!isMessageRef(word)) throw askInstead('translate', word);
  words.optionalIf((next) => next === 'to' || next === 'into');
  const language = parseAtMost('the language', words.optionalRest(), LANGUAGE_MAX_CHARACTERS);
  return {
    kind: 'translate',
    message: parseMessageRef(word),
    language: language === '' ? undefined : language,
  };
}

function conversationOf(words: Words): Conversation | undefined {
  const word = words.optionalIf((next) => /^[#@]./u.test(next));
  return word === undefined ? undefined : parseConversation(word);
}

/** Nothing comes after it: else it is a question that happens to begin so. */
function only<T>(words: Words, action: Action, value: T): T {
  const word = words.peek();
  if (word !== undefined) throw askInstead(action, word);
  return value;
}

const askInstead = (action: Action, word: string): LineError =>
  new LineError(
    `${quote(word)} does not fit behind /ai ${action}; /help ai says what does. A question that begins so is asked by /ai ask`,
  );

function parseQuestion(words: Words): string {
  const question = words.rest();
  const bytes = new TextEncoder().encode(question).byteLength;
  if (bytes <= MESSAGE_MAX_BYTES) return question;
  throw new LineError(`the question has ${bytes} bytes; a message has at most ${MESSAGE_MAX_BYTES}`);
}
