/** Who was asked for what: told from a prompt by the words in its question. */
import { type Ledger, type Said, type SummaryAsked, WORD } from './ledger.ts';
import type { SeenRequest } from './provider.ts';
import type { RoomTruth } from './truth.ts';

export interface Trial {
  ledger: Ledger;
  truths: ReadonlyMap<number, RoomTruth>;
  seen: readonly SeenRequest[];
  /** By the model that each speaks with. */
  assistants: ReadonlyMap<string, number>;
  /** How long something may take from its commit until every prompt knows. */
  graceMs: number;
  problems: string[];
}

export type Asked =
  | { kind: 'question'; asker: number; room: number; sequence: number }
  | { kind: 'translation' | 'search'; asker: number; room: number; word: string }
  /** One of these. */
  | { kind: 'summary'; of: readonly SummaryAsked[] };

const TAGS = ['<messages>', '</messages>', '<file>', '</file>', '<question>', '</question>'];
/** Characters that control, that draw nothing, or that turn the writing direction. */
const HIDDEN = /[\p{Cc}\p{Cf}\u2028\u2029]/u;

/** What is in the question, if the prompt is built as it has to be. */
export function questionOf({ request }: SeenRequest, problem: (what: string) => void): string {
  const lines = request.user.split('\n');
  for (const tag of TAGS)
    if (lines.filter((line) => line === tag).length !== 1) problem(`${tag} is not there once`);
  for (const line of lines) {
    if (TAGS.includes(line)) continue;
    if (/[<>]/.test(line) || HIDDEN.test(line)) problem(`a line that is more than text: ${line}`);
    if (!isObject(line)) problem(`no line of JSON: ${line}`);
  }
  for (const tag of TAGS)
    if (request.system.split('\n').includes(tag)) problem(`${tag} in what the server says`);
  return request.user.slice(request.user.indexOf('<question>'), request.user.indexOf('</question>'));
}

function isObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

export const wordsIn = (text: string): readonly string[] => text.match(WORD) ?? [];

export function attribute(trial: Trial, seen: SeenRequest, question: string): Asked | undefined {
  const { ledger, truths, assistants } = trial;
  const [word, ...others] = wordsIn(question);
  if (others.length > 0) return undefined;
  const said = word === undefined ? undefined : ledger.said.get(word);
  if (word === undefined || said === undefined) {
    const of = ledger.summaries.filter(
      ({ fromMs, untilMs, assistant, life }) =>
        life === seen.life &&
        fromMs <= seen.atMs &&
        seen.atMs <= untilMs &&
        assistant === assistants.get(seen.request.model),
    );
    return of.length === 0 ? undefined : { kind: 'summary', of };
  }
  return ofSaid(said, word, truths);
}

function ofSaid(said: Said, word: string, truths: Trial['truths']): Asked | undefined {
  if (said.kind === 'instructions') return undefined;
  if (said.kind === 'private') {
    const kind = said.task === 'search' ? 'search' : 'translation';
    return { kind, asker: said.by, room: said.room, word };
  }
  const event = truths.get(said.room)?.byId(said.id);
  if (event === undefined) return undefined;
  const sequence = said.kind === 'edit' ? event.relatesTo : event.sequence;
  return { kind: 'question', asker: event.sender, room: said.room, sequence };
}
