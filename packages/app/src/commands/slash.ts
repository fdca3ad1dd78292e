/** What a command that starts with a slash says of itself: parsing, `/help` and completion are made from it. */

import { quote } from './parse/names.ts';
import { readWord } from './parse/path-word.ts';
import { LineError } from './request.ts';

export interface Slash<Request> {
  /** As shown by `/help`, after the name. */
  usage: string;
  /** One line. */
  summary: string;
  /** For `/help NAME`, below usage and summary. */
  notes?: readonly string[];
  /** Whole lines as one would type them. */
  examples?: readonly string[];
  /** What stands where, for completion; the last one holds for all words that follow. */
  completes?: readonly Completes[];
  parse(words: Words): Request;
}

export type Completes =
  | 'room'
  /** May be left out: then it is the room that one is in. Only with its "#", since something else may stand there. */
  | 'room?'
  | 'user'
  | 'conversation'
  | 'command'
  | 'emoji'
  | 'path'
  | 'text'
  | readonly string[];

/** What the word after those may be: more than one where something may be left out. */
export function expectedAfter(
  completes: readonly Completes[],
  words: readonly string[],
): readonly Exclude<Completes, 'room?'>[] {
  let at = 0;
  for (const word of words) {
    if (completes[at] === 'room?' && !word.startsWith('#')) at += 1;
    at += 1;
  }
  const last = completes.length - 1;
  const what = completes[Math.min(at, last)];
  if (what === undefined) return [];
  if (what !== 'room?') return [what];
  return at < last ? ['room', ...expectedAfter(completes.slice(at + 1), [])] : ['room'];
}

export type Slashes<Request> = Readonly<Record<string, Slash<Request>>>;

/** The words after the name, taken one by one; the rest of the line keeps its blanks. */
export class Words {
  readonly #usage: string;
  #rest: string;

  constructor(usage: string, rest: string) {
    this.#usage = usage;
    this.#rest = rest.trim();
  }

  next(): string {
    const word = this.optional();
    if (word === undefined) throw new LineError(`something is missing; write ${this.#usage}`);
    return word;
  }

  optional(): string | undefined {
    const word = this.peek();
    if (word !== undefined) this.#rest = this.#rest.slice(word.length).trimStart();
    return word;
  }

  /** The next word, if it is one of those. */
  optionalIf(wanted: (word: string) => boolean): string | undefined {
    const word = this.peek();
    return word !== undefined && wanted(word) ? this.optional() : undefined;
  }

  peek(): string | undefined {
    return /^\S+/u.exec(this.#rest)?.[0];
  }

  /** Everything that is left, as it was typed. */
  rest(): string {
    if (this.#rest === '') throw new LineError(`something is missing; write ${this.#usage}`);
    return this.optionalRest();
  }

  optionalRest(): string {
    const rest = this.#rest;
    this.#rest = '';
    return rest;
  }

  /** What is left, without taking it. */
  left(): string {
    return this.#rest;
  }

  /** The next word as a shell reads it: quotes and backslashes keep blanks together. */
  path(): string {
    if (this.#rest === '') throw new LineError(`something is missing; write ${this.#usage}`);
    const read = readWord(this.#rest);
    if (read === undefined)
      throw new LineError('a quote or backslash at the end of the path has nothing behind it');
    this.#rest = read.rest.trimStart();
    return read.word;
  }

  all(): readonly string[] {
    return this.optionalRest().split(/\s+/u).filter(Boolean);
  }

  end(): void {
    const word = this.peek();
    if (word !== undefined) throw new LineError(`${quote(word)} is too much; write ${this.#usage}`);
  }

  /** One of the things that usage names, or the error that says so. */
  misfit(word: string): LineError {
    return new LineError(`${quote(word)} does not fit here; write ${this.#usage}`);
  }
}

export const ON_OFF = ['on', 'off'] as const;
