/** Assistants and what they are asked, as lines for people. */
import {
  type Answer,
  type AssistantInfo,
  type AssistantsReport,
  ErrorCode,
  type SottoError,
} from '@sotto/client';
import { excerpt, sanitizeLine, sanitizeLines } from '../../sanitize.ts';
import type { AssistantsReply } from '../reply.ts';
import { headed } from './messages.ts';
import { count, errorText, messageLabel, personLabel, roomLabel, table, timeLabel } from './words.ts';

/** An answer on its way, as it is shown above the prompt. */
export interface AnswerRow {
  answer: Answer;
  mine: boolean;
  /** It comes where one is. */
  here: boolean;
  /** Whoever sits here may stop it. */
  stop: boolean;
}

const ROWS_MAX = 3;
/** Fewer columns for the words that are being written say nothing. */
const WORDS_MIN_COLUMNS = 12;
/** Of a text that is looked at for its last words. */
const TAIL_UNITS = 2_000;
const clusters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** A row for each, narrower than the terminal; the latest where there are many. */
export function answerRows(answers: readonly AnswerRow[], columns: number): readonly string[] {
  const hidden = answers.length - ROWS_MAX;
  const rows = answers.slice(-ROWS_MAX).map((one) => answerRow(one, columns, answers.length > 1));
  return hidden > 0 ? [excerpt(`+ ${hidden} more on their way`, columns - 1), ...rows] : rows;
}

function answerRow({ answer, mine, here, stop }: AnswerRow, columns: number, numbered: boolean): string {
  const { assistant, asker, room, state, id } = answer;
  const whom = mine ? '' : ` for ${personLabel(asker)}`;
  const isAlone = room?.peer?.number === assistant.number;
  const where = room === undefined || here ? '' : isAlone ? ' alone with you' : ` in ${roomLabel(room)}`;
  const hint = stop ? ` (/ai stop${numbered ? ` ${id}` : ''})` : '';
  const head = `${personLabel(assistant)}${whom}${where}`;
  if (state.kind === 'waiting')
    return fitting(columns, [
      `${head}: waiting, ${ordinal(state.place)} in line${hint}`,
      `${personLabel(assistant)}: waiting, ${ordinal(state.place)} in line`,
    ]);
  if (state.kind !== 'writing') return '';
  if (state.text.trim() === '')
    return fitting(columns, [`${head} is thinking${hint}`, `${personLabel(assistant)} is thinking`]);
  const beginnings = [`${head} is writing: `, `${personLabel(assistant)} is writing: `, ''];
  for (const beginning of beginnings)
    for (const end of [hint, '']) {
      const left = columns - 1 - Bun.stringWidth(beginning) - Bun.stringWidth(end);
      if (left >= WORDS_MIN_COLUMNS) return beginning + lastWords(state.text, left) + end;
    }
  return lastWords(state.text, Math.max(1, columns - 1));
}

const fitting = (columns: number, candidates: readonly [string, ...string[]]): string =>
  candidates.find((row) => Bun.stringWidth(row) < columns) ??
  excerpt(candidates.at(-1) ?? '', Math.max(1, columns - 1));

/** The end of a text as one safe line of at most so many columns. */
export function lastWords(text: string, columns: number): string {
  const tail = text
    .slice(-TAIL_UNITS)
    .replace(/^[\udc00-\udfff]/, '')
    .replace(/[\ud800-\udbff]$/, '');
  const line = sanitizeLine(tail.replace(/\s+/gu, ' ')).trim();
  if (text.length <= TAIL_UNITS && Bun.stringWidth(line) <= columns) return line;
  let kept = '';
  for (const { segment } of [...clusters.segment(line)].reverse()) {
    if (Bun.stringWidth(segment + kept) > columns - 1) break;
    kept = segment + kept;
  }
  return `…${kept.trimStart()}`;
}

const TEENS: readonly number[] = [11, 12, 13];
const ENDINGS: Readonly<Record<number, string>> = { 1: 'st', 2: 'nd', 3: 'rd' };

/** `1st`, `2nd`, `11th`. */
function ordinal(place: number): string {
  return `${place}${(TEENS.includes(place % 100) ? undefined : ENDINGS[place % 10]) ?? 'th'}`;
}

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
function failureText({ room, assistant }: Answer, error: SottoError): string {
  if (error.code !== ErrorCode.ASSISTANT_NOT_HERE || room === undefined || room.kind === 'direct')
    return errorText(error);
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

function nothingLines({ room }: Pick<Answer, 'room'>): readonly string[] {
  if (room === undefined) return [NOT_FOUND];
  const label = roomLabel(room);
  return [`* There is nothing new in ${label}. /ai catch-up ${label} 1d goes further back.`];
}

export function assistantsReplyLines(reply: AssistantsReply): readonly string[] {
  switch (reply.kind) {
    case 'nothingSaid':
      return nothingLines(reply);
    case 'assistantCosts':
      return costLines(reply.report);
    case 'assistants':
      return listLines(reply.report, reply.administrator);
  }
}

const OFF_FOR_ADMINISTRATORS = [
  '* This server has no assistant. To switch one on, write into .env where the server is started, and start it again:',
  '    SOTTO_AI_PROVIDER=ollama      (or openai, with SOTTO_AI_KEY)',
  '    SOTTO_AI_MODEL=NAME',
];
const OFF_FOR_OTHERS = ['* This server has no assistant. Whoever runs it can switch one on.'];

const USE = [
  '* /ai QUESTION asks where you are; so does a message with @NAME in it, an answer to one of its messages, or a direct message.',
  '* Only you see: /ai summary, /ai catch-up 2h, /ai translate MESSAGE, /ai search QUESTION. More: /help ai',
];

function listLines(report: AssistantsReport, administrator: boolean): readonly string[] {
  if (report.assistants.length === 0) return administrator ? OFF_FOR_ADMINISTRATORS : OFF_FOR_OTHERS;
  const rows = report.assistants.map((one) => [
    `@${personLabel(one.person)}`,
    stateText(one),
    queueText(one),
  ]);
  return [...table(rows), ...leftLines(report), ...USE];
}

function stateText({ state }: AssistantInfo): string {
  switch (state) {
    case 'ready':
      return 'ready';
    case 'unreachable':
      return 'its service fails; it is tried again by itself';
    case 'disabled':
      return 'switched off';
  }
}

function queueText({ writing, waiting }: AssistantInfo): string {
  return [
    ...(writing === 0 ? [] : [`${count(writing, 'answer')} being written`]),
    ...(waiting === 0 ? [] : [`${waiting} waiting`]),
  ].join(', ');
}

function leftLines({ requestsLeft, tokensLeft, renewedAt }: AssistantsReport): readonly string[] {
  const left = [
    ...(requestsLeft === undefined ? [] : [count(requestsLeft, 'question')]),
    ...(tokensLeft === undefined ? [] : [`${numberText(tokensLeft)} tokens`]),
  ];
  return left.length === 0 ? [] : [`* Left for you until ${timeLabel(renewedAt)}: ${left.join(', ')}.`];
}

/** For administrators. */
function costLines({ assistants }: AssistantsReport): readonly string[] {
  if (assistants.length === 0) return OFF_FOR_ADMINISTRATORS;
  return table(
    assistants.map((one) => [
      `@${personLabel(one.person)}`,
      stateText(one),
      sanitizeLine(one.model ?? ''),
      `${count(one.requestsToday, 'question')} today`,
      `${numberText(one.tokensToday)} tokens`,
      queueText(one),
    ]),
  );
}

/** `12,345`. */
const numberText = (value: number): string => Math.round(value).toLocaleString('en');
