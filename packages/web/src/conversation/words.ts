/** What is said about messages, in the words of the interface. */
import type { MessageView, Person } from '@sotto/client';
import { plainText, safeFileName } from '@sotto/model';
import { parsed } from '../markdown/parsed.ts';

/** What somebody is called. */
export const nameOf = (person: Person): string => person.displayName || person.name;

/** One line of a message, for whoever refers to it; `cut` takes away what is long before what matters. */
export function excerptOf(
  { text, file, deleted, hidden }: MessageView,
  cut: (line: string) => string = (line) => line,
): string {
  if (deleted !== undefined) return 'Deleted message';
  if (hidden) return 'Message of somebody you blocked';
  const line = cut(
    plainText(parsed(text ?? '', false))
      .replace(/\s+/g, ' ')
      .trim(),
  );
  if (line !== '') return line.length > EXCERPT_MAX ? `${line.slice(0, EXCERPT_MAX)}…` : line;
  return file === undefined ? 'Message' : safeFileName(file.name);
}

const EXCERPT_MAX = 140;

/** "alice is writing", "alice and bob are writing", "Several people are writing". */
export function writingWords(people: readonly Person[]): string {
  const [first, second, third] = people.map(nameOf);
  if (first === undefined) return '';
  if (second === undefined) return `${first} is writing…`;
  return third === undefined ? `${first} and ${second} are writing…` : 'Several people are writing…';
}

export const repliesWords = (count: number): string => (count === 1 ? '1 reply' : `${count} replies`);
