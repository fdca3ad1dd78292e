/** Lines of a prompt: what people wrote as JSON, in which nothing can be taken for what stands around it [PROMPT-2]. Pure. */
import { visibleText } from '@sotto/model';
import { CHARACTERS_OF_TOKEN, estimateTokens } from '../tokens.ts';
import type { Told } from './prompt.ts';

/** `known`: what else may be named. */
export function messageLine(
  told: Told,
  known: ReadonlySet<string>,
  most: number,
  more: Record<string, string> = {},
): string {
  const { source, from, timeMs, answers, thread, file } = told;
  const about = {
    message: source,
    from: visibleText(from),
    time: minute(timeMs),
    ...more,
    ...(answers && known.has(answers) && { answers }),
    ...(thread && known.has(thread) && { thread }),
    ...(file && { file: { name: visibleText(file.name), type: visibleText(file.type), bytes: file.bytes } }),
  };
  return fitted(told.text, most, (said) => ({ ...about, ...said }));
}

/** Cut so that the line takes no more tokens, as far as that is the text's doing. */
export function fitted(
  text: string,
  most: number,
  lineOf: (said: { text: string; cut?: true }) => object,
): string {
  const whole = visibleText(text);
  let length = Math.min(whole.length, Math.ceil(most * CHARACTERS_OF_TOKEN));
  let line = jsonLine(lineOf(part(whole, length)));
  for (let tokens = estimateTokens(line); tokens > most && length > 0; tokens = estimateTokens(line)) {
    length = Math.floor(length * Math.min(0.9, most / tokens));
    line = jsonLine(lineOf(part(whole, length)));
  }
  return line;
}

const part = (text: string, units: number): { text: string; cut?: true } =>
  units >= text.length ? { text } : { text: prefix(text, units), cut: true };

/** Not half a character. */
const prefix = (text: string, units: number): string => text.slice(0, units).replace(/[\ud800-\udbff]$/, '');

/** What tags are made of, also where text is brought to one width; what ends a line; and marks of turns like "[INST]". */
const STRUCTURE = /[<>\uff1c\uff1e\u2028\u2029]|\[(?=\/?[A-Z_]+\])/g;

/** One line, in which nothing is taken for what stands around it. */
export function jsonLine(value: object | string): string {
  return JSON.stringify(value).replace(
    STRUCTURE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** `2026-11-21T09:30Z`. */
export const minute = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16)}Z`;
