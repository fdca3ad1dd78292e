/** Answers on their way, as rows above the prompt. */
import type { Answer } from '@sotto/client';
import { excerpt, sanitizeLine } from '../../sanitize.ts';
import { personLabel, roomLabel } from './words.ts';

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
