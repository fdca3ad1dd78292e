/** Commands about this program itself. */
import { parseOnOff } from '../parse/values.ts';
import { ON_OFF, type Slashes } from '../slash.ts';

export type ProgramRequest =
  | { kind: 'strict'; on: boolean }
  /** Numbers of messages are shown. */
  | { kind: 'numbers'; on: boolean }
  | { kind: 'status' }
  | { kind: 'help'; command: string | undefined }
  /** Ends the session; the next start asks for the password again. */
  | { kind: 'logout' }
  /** Leaves and keeps the session. */
  | { kind: 'quit' };

export const PROGRAM_SLASHES: Slashes<ProgramRequest> = {
  numbers: {
    usage: 'on|off',
    summary: 'Show the number of each message: [#room/12]',
    examples: ['/numbers on'],
    completes: [ON_OFF],
    parse: (words) => ({ kind: 'numbers', on: parseOnOff(words.next()) }),
  },
  strict: {
    usage: 'on|off',
    summary: 'Refuse what you send to people who are offline',
    examples: ['/strict on'],
    completes: [ON_OFF],
    parse: (words) => ({ kind: 'strict', on: parseOnOff(words.next()) }),
  },
  status: {
    usage: '',
    summary: 'Show connection, session, room for files, and rooms',
    parse: () => ({ kind: 'status' }),
  },
  help: {
    usage: '[COMMAND]',
    summary: 'Show this list, or more about one command',
    examples: ['/help', '/help search'],
    completes: ['command'],
    parse: (words) => ({ kind: 'help', command: words.optional()?.replace(/^\//, '') }),
  },
  logout: {
    usage: '',
    summary: 'End the session and leave; `logout` does as well',
    parse: () => ({ kind: 'logout' }),
  },
  quit: {
    usage: '',
    summary: 'Leave and stay signed in on this device',
    notes: [
      'In a terminal, a line half typed is kept as a draft and offered at the next start, on any device.',
    ],
    parse: () => ({ kind: 'quit' }),
  },
};
