/** A line that begins with a slash, while somebody types it into a window. */
import { isCommandLine } from '../writing/command-line.ts';
import type { Completes } from './slash.ts';
import { expectedAfter } from './slash.ts';
import { SLASH_COMMANDS, type SlashCommand } from './table.ts';

export interface TypedCommand {
  /** As far as it is typed, without the slash. */
  name: string;
  /** undefined while it is being typed, and where there is none of that name. */
  command: SlashCommand | undefined;
  /** The word at the caret, and where it stands. */
  word: string;
  start: number;
  end: number;
  /** What that word may be; empty while it is the name. */
  expected: readonly Exclude<Completes, 'room?'>[];
  /** Of the words of the usage, the one that is being typed. */
  place: number;
}

/** undefined where the text is no command. */
export function typedCommand(text: string, caret: number): TypedCommand | undefined {
  if (!isCommandLine(text)) return undefined;
  const before = text.slice(0, caret);
  // A pattern that ends in $ would begin anew at each letter of what was pasted.
  const word = before.split(/\s/u).at(-1) ?? '';
  const start = caret - word.length;
  const [, name = ''] = /^\/(\S*)/u.exec(text) ?? [];
  const command = SLASH_COMMANDS.get(name.toLowerCase());
  const at = { name, word, start, end: caret };
  if (start === 0)
    return { ...at, command: caret <= name.length ? undefined : command, expected: [], place: -1 };
  const words = before.slice(0, start).split(/\s+/u).slice(1).filter(Boolean);
  const isRoomLeftOut =
    command?.usage.startsWith('[#room') === true && !`${words[0] ?? word}`.startsWith('#');
  return {
    ...at,
    command,
    expected: command === undefined ? [] : expectedAfter(command.completes ?? [], words),
    place: words.length + (isRoomLeftOut ? 1 : 0),
  };
}
