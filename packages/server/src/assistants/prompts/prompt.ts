/**
 * Writes what a model is given [PROMPT-2]: two texts, whatever is said in them. Pure.
 *
 * What people wrote is one line of JSON each, in which nothing can end the line, the string or the part it stands in. So
 * there is no text that is taken for one of the tags, for another message, or for something that the server says.
 */
import { visibleText } from '@sotto/model';
import type { Prompt, Speaker } from '../task.ts';
import { estimateTokens } from '../tokens.ts';
import { INSTRUCTIONS, type TaskKind } from './instructions.ts';
import { fitted, jsonLine, messageLine, minute } from './lines.ts';

/** A message as it is told. */
export interface Told {
  /** How answers cite it: `#garden/12`. */
  source: string;
  sequence: number;
  timeMs: number;
  from: string;
  text: string;
  /** Sources of what it answers and of the thread it is in; told where those may be told. */
  answers: string | undefined;
  thread: string | undefined;
  file: ToldFile | undefined;
}

export interface ToldFile {
  name: string;
  type: string;
  bytes: number;
}

export interface PromptFacts {
  task: TaskKind;
  speaker: Speaker;
  /** What moderators of the room say; may be empty. */
  instructions: string;
  nowMs: number;
  contextTokens: number;
  /** The message that asks; else who asks, and in what words. */
  question: Told | { from: string; text?: string; into?: string };
  /** Undefined where nothing of a room is told. */
  room: { label: string; topic: string } | undefined;
  /** The most important group first, and of each the most important message. May overlap. */
  groups: readonly (readonly Told[])[];
  /** How they are told: in the order of the room, or of importance. */
  order: 'room' | 'importance';
  /** What is said in a file, and the message with it. */
  file: { source: string; name: string; text: string } | undefined;
  /** Where everything was meant to be told: whether there is more than the groups have. */
  whole: { isMore: boolean } | undefined;
}

/** Of the budget that is left: what one message may take, a file, and a group that is not the last. */
const MESSAGE_SHARE = 1 / 4;
const FILE_SHARE = 1 / 2;
const GROUP_SHARE = 1 / 2;
const QUESTION_SHARE = 1 / 2;
/** However long the operator's prompt is. */
const LEAST_TOKENS = 500;
/** What APIs put around each of the two texts. */
const FRAME_TOKENS = 20;

export function writePrompt(facts: PromptFacts): Prompt {
  const system = systemText(facts);
  const given =
    estimateTokens(system) + estimateTokens(userText([headLine(facts, MANY)], [], '')) + FRAME_TOKENS;
  const left = Math.max(LEAST_TOKENS, facts.contextTokens - given);
  const question = questionLine(facts, left * QUESTION_SHARE);
  const budget = new Budget(left - estimateTokens(question));
  const file = fileLine(facts, budget);
  const chosen = choose(facts, budget);
  const messages = [headLine(facts, notTold(facts, chosen.length)), ...chosen.map(({ line }) => line)];
  const user = userText(messages, file, question);
  const sources = new Set(chosen.map(({ told }) => told.source));
  if ('source' in facts.question) sources.add(facts.question.source);
  if (file.length > 0 && facts.file !== undefined) sources.add(facts.file.source);
  return { system, user, tokens: estimateTokens(system) + estimateTokens(user) + FRAME_TOKENS, sources };
}

function userText(
  messages: readonly (string | undefined)[],
  file: readonly string[],
  question: string,
): string {
  const parts = { messages, file, question: [question] };
  return Object.entries(parts)
    .flatMap(([tag, lines]) => [`<${tag}>`, ...lines.filter((line) => line !== undefined), `</${tag}>`])
    .join('\n');
}

class Budget {
  #left: number;

  constructor(tokens: number) {
    this.#left = tokens;
  }

  get left(): number {
    return this.#left;
  }

  /** A line, with its end. */
  take(line: string, keep = 0): boolean {
    const tokens = estimateTokens(line) + 1;
    if (tokens > this.#left - keep) return false;
    this.#left -= tokens;
    return true;
  }
}

function systemText({ task, speaker, instructions }: PromptFacts): string {
  const parts = [
    `You are ${jsonLine(visibleText(speaker.user.name))}, an assistant in a group chat.`,
    speaker.prompt.trim(),
    INSTRUCTIONS.rules,
    INSTRUCTIONS[task],
    instructions === '' ? '' : `${INSTRUCTIONS.moderators}\n${jsonLine(visibleText(instructions))}`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function questionLine(facts: PromptFacts, most: number): string {
  const { question, nowMs } = facts;
  if ('source' in question) return messageLine(question, sourcesIn(facts), most, { now: minute(nowMs) });
  const { from, text, into } = question;
  const about = { from: visibleText(from), now: minute(nowMs), ...(into && { into: visibleText(into) }) };
  return text === undefined ? jsonLine(about) : fitted(text, most, (said) => ({ ...about, ...said }));
}

const sourcesIn = ({ groups }: PromptFacts): Set<string> =>
  new Set(groups.flat().map(({ source }) => source));

function fileLine({ file }: PromptFacts, budget: Budget): string[] {
  if (file === undefined) return [];
  const about = { message: file.source, name: visibleText(file.name) };
  const line = fitted(file.text, budget.left * FILE_SHARE, (said) => ({ ...about, ...said }));
  return budget.take(line) ? [line] : [];
}

interface Chosen {
  told: Told;
  line: string;
}

function choose(facts: PromptFacts, budget: Budget): Chosen[] {
  const { groups, order, question } = facts;
  const chosen = new Map<string, Chosen>();
  const known = sourcesIn(facts);
  const asked = 'source' in question ? question.source : undefined;
  const most = budget.left * MESSAGE_SHARE;
  for (const [index, group] of groups.entries()) {
    const isLast = index === groups.length - 1;
    const keep = isLast ? 0 : budget.left * (1 - GROUP_SHARE);
    for (const told of group) {
      if (chosen.has(told.source) || told.source === asked) continue;
      const line = messageLine(told, known, most);
      if (!budget.take(line, keep)) break;
      chosen.set(told.source, { told, line });
    }
  }
  const all = [...chosen.values()];
  return order === 'room' ? all.sort((one, other) => one.told.sequence - other.told.sequence) : all;
}

/** As long as it gets. */
const MANY = '400 or more';

function notTold(facts: PromptFacts, told: number): string | undefined {
  const { whole } = facts;
  const missing = sourcesIn(facts).size - told;
  if (whole === undefined || (missing === 0 && !whole.isMore)) return undefined;
  return `${missing}${whole.isMore ? ' or more' : ''}`;
}

function headLine({ room }: PromptFacts, missing: string | undefined): string | undefined {
  if (room === undefined) return undefined;
  const topic = visibleText(room.topic);
  return jsonLine({ room: room.label, ...(topic && { topic }), ...(missing && { notTold: missing }) });
}
