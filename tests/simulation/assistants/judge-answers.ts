/** Each question is answered once at most, and told to have ended once; private answers are heard by nobody else. */
import { mentionsIn } from '@sotto/model';
import { AnswerEnd, EventKind } from '@sotto/schema';
import type { StoredEvent } from '@sotto/server/testing';
import type { Asked, Trial } from './attribution.ts';
import type { Heard, Person } from './person.ts';
import type { SeenRequest } from './provider.ts';
import type { RoomTruth } from './truth.ts';

/** A message may be, while its sender goes. */
const UNDER_WAY_MS = 1_000;
const MARK = /\bm\d+m\b/g;

export interface AnswerTrial extends Trial {
  people: readonly Person[];
  asked: ReadonlyMap<SeenRequest, Asked>;
  /** Names of assistants, and their numbers. */
  names: ReadonlyMap<string, number>;
  /** When the server stopped or died. */
  ends: readonly { atMs: number; crashed: boolean }[];
}

interface Question {
  room: number;
  event: StoredEvent;
  assistant: number;
}

export function judgeAnswers(trial: AnswerTrial): { questions: number; answers: number } {
  const questions = [...trial.truths].flatMap(([room, truth]) => questionsOf(trial, room, truth));
  const answered = new Map<string, StoredEvent[]>();
  for (const [room, { log }] of trial.truths) {
    for (const event of log) {
      if (event.kind !== EventKind.MESSAGE || !isAssistant(trial, event.sender)) continue;
      const key = `${room} ${event.relatesTo} ${event.sender}`;
      answered.set(key, [...(answered.get(key) ?? []), event]);
    }
  }
  for (const question of questions) judgeQuestion(trial, question, answered);
  const known = new Set(questions.map(keyOf));
  for (const key of answered.keys()) if (!known.has(key)) trial.problems.push(`nobody asked ${key}`);
  judgeHearing(trial);
  return { questions: questions.length, answers: answered.size };
}

const keyOf = ({ room, event, assistant }: Question) => `${room} ${event.sequence} ${assistant}`;
const isAssistant = ({ names }: AnswerTrial, user: number) => [...names.values()].includes(user);

function questionsOf(trial: AnswerTrial, room: number, truth: RoomTruth): Question[] {
  const questions: Question[] = [];
  const pair = trial.ledger.rooms.get(room);
  for (const event of truth.log) {
    if (event.kind !== EventKind.MESSAGE || isAssistant(trial, event.sender)) continue;
    const said = [...trial.ledger.said.values()].find(
      (one) => one.kind === 'message' && one.id === event.clientMessageId?.toHex(),
    );
    if (said?.kind !== 'message') continue;
    const { names } = mentionsIn(said.text);
    for (const [name, assistant] of trial.names) {
      const asks =
        names.includes(name) ||
        pair?.includes(assistant) === true ||
        truth.event(event.relatesTo)?.sender === assistant;
      if (asks) questions.push({ room, event, assistant });
    }
  }
  return questions;
}

function judgeQuestion(
  trial: AnswerTrial,
  question: Question,
  answered: ReadonlyMap<string, readonly StoredEvent[]>,
): void {
  const { problems, people } = trial;
  const { event, assistant, room } = question;
  const messages = answered.get(keyOf(question)) ?? [];
  const asker = people.find(({ number }) => number === event.sender);
  const ends = new Set(
    (asker?.heard ?? [])
      .filter(
        ({ answer }) =>
          answer.room === room && answer.question === event.sequence && answer.assistant === assistant,
      )
      .flatMap((heard) => (isSilentEnd(heard) ? [`${heard.life} ${heard.answer.id}`] : [])),
  );
  const times = messages.length + ends.size;
  const what = `question ${keyOf(question)} ended ${messages.length} times in a message, ${ends.size} times without`;
  if (times > 1) problems.push(what);
  const isDisturbed = asker === undefined || mayMissTheEnd(trial, question, asker);
  if (times === 0 && !isDisturbed) problems.push(what);
  for (const message of messages) judgeMessage(trial, question, message);
}

/** Whoever was gone, is not in the room any more, or asked a server that ended hears nothing, or later. */
function mayMissTheEnd({ truths, ends }: AnswerTrial, { room, event }: Question, asker: Person): boolean {
  const truth = truths.get(room);
  const moments = truth === undefined ? [] : [...truth.moments(event.timeMs, Number.POSITIVE_INFINITY)];
  return (
    asker.lostMs.some((ms) => ms >= event.timeMs - UNDER_WAY_MS) ||
    ends.some(({ atMs }) => atMs >= event.timeMs) ||
    !moments.every((events) => truth?.isMember(asker.number, events))
  );
}

const isSilentEnd = ({ answer: { state } }: Heard): boolean =>
  state.case === 'ended' &&
  state.value.sequence === 0 &&
  (state.value.end === AnswerEnd.FAILED || state.value.end === AnswerEnd.STOPPED);

/** It is in the thread of its question, and of what the provider said to that question alone. */
function judgeMessage(trial: AnswerTrial, { room, event }: Question, message: StoredEvent): void {
  const { problems, asked } = trial;
  const what = `answer ${room}/${message.sequence}`;
  if (message.thread !== event.thread) problems.push(`${what} is in thread ${message.thread}`);
  for (const mark of Buffer.from(message.content).toString().match(MARK) ?? []) {
    const [, by] = [...asked].find(([seen]) => seen.mark === mark) ?? [];
    if (by?.kind !== 'question' || by.room !== room || by.sequence !== event.sequence)
      problems.push(`${what} has ${mark}, which was said to ${JSON.stringify(by)}`);
  }
}

/** Who hears of an answer while it is written: its asker, and those who could read its room. */
function judgeHearing(trial: AnswerTrial): void {
  const { people, asked, truths, problems, graceMs } = trial;
  const byMark = new Map([...asked].map(([seen, by]) => [seen.mark, by]));
  for (const person of people) {
    const ended = new Map<string, number>();
    for (const { atMs, life, answer } of person.heard) {
      const key = `${life} ${answer.id}`;
      if (ended.has(key)) problems.push(`${person.name} heard of ${key} after its end`);
      if (answer.state.case === 'ended') ended.set(key, atMs);
      if (answer.asker === person.number) continue;
      const truth = truths.get(answer.room);
      const moments = truth === undefined ? [] : [...truth.moments(atMs - graceMs, atMs)];
      if (!moments.some((events) => truth?.isMember(person.number, events)))
        problems.push(`${person.name} heard of ${key} in room ${answer.room} without being there`);
      const text = answer.state.case === 'writing' ? answer.state.value.text : '';
      for (const mark of text.match(MARK) ?? [])
        if (byMark.get(mark)?.kind !== 'question')
          problems.push(`${person.name} heard ${mark}, which was private`);
    }
  }
}
