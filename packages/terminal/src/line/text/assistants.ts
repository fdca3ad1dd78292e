/** The assistants of a server, as lines for people. */
import type { AssistantInfo, AssistantsReport } from '@sotto/client';
import { sanitizeLine } from '../../sanitize.ts';
import type { AssistantsReply } from '../reply.ts';
import { nothingLines } from './answers.ts';
import { count, personLabel, table, timeLabel } from './words.ts';

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
