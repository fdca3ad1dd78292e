import { parseSlash } from '@sotto/app/commands';
import { type Command, LineError, type ParsedLine } from '../command.ts';
import { parseMessage } from './message.ts';

/** Any line gives a command, an error that says what to write, or nothing; never an exception. */
export function parseLine(line: string): ParsedLine {
  const trimmed = line.trim();
  if (trimmed === '') return { kind: 'empty' };
  try {
    return { kind: 'command', command: parseCommand(trimmed) };
  } catch (error) {
    if (error instanceof LineError) return { kind: 'error', message: error.message };
    throw error;
  }
}

function parseCommand(line: string): Command {
  if (line === 'logout') return { kind: 'program', request: { kind: 'logout' } };
  return line.startsWith('/') ? parseSlash(line) : parseMessage(line);
}
