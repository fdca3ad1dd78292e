/** The commands that start with a slash: one table for parsing and for `/help`. */
import { PAGE_MAX } from '@sotto/model';
import { type Command, LineError } from './command.ts';
import { parseConversation, parseCount, parseNewRoom, parseRoom, parseUser, quote } from './parse-names.ts';

const HISTORY_DEFAULT = 20;

interface Slash {
  /** As shown by `/help`, after the name. */
  usage: string;
  summary: string;
  parse: (words: Words) => Command;
}

/** The words after the name, taken one by one. */
class Words {
  readonly #usage: string;
  readonly #rest: string[];

  constructor(usage: string, words: readonly string[]) {
    this.#usage = usage;
    this.#rest = [...words];
  }

  next(): string {
    const word = this.#rest.shift();
    if (word === undefined) throw new LineError(`something is missing; write ${this.#usage}`);
    return word;
  }

  optional(): string | undefined {
    return this.#rest.shift();
  }

  end(): void {
    const word = this.#rest[0];
    if (word !== undefined) throw new LineError(`${quote(word)} is too much; write ${this.#usage}`);
  }
}

export const SLASH_COMMANDS: Readonly<Record<string, Slash>> = {
  join: {
    usage: '#room',
    summary: 'Enter a room',
    parse: (words) => ({ kind: 'join', room: parseRoom(words.next()) }),
  },
  leave: {
    usage: '#room',
    summary: 'Leave a room',
    parse: (words) => ({ kind: 'leave', room: parseRoom(words.next()) }),
  },
  create: {
    usage: '#room [--private]',
    summary: 'Make a room; a private one is not listed',
    parse: (words) => ({ kind: 'create', name: parseNewRoom(words.next()), private: parsePrivate(words) }),
  },
  add: {
    usage: '#room USER',
    summary: 'Add somebody to a room',
    parse: (words) => ({ kind: 'add', room: parseRoom(words.next()), user: parseUser(words.next()) }),
  },
  rooms: { usage: '', summary: 'List the rooms you can see', parse: () => ({ kind: 'rooms' }) },
  members: {
    usage: '#room',
    summary: 'List the members of a room',
    parse: (words) => ({ kind: 'members', room: parseRoom(words.next()) }),
  },
  who: { usage: '', summary: 'List people and who is online', parse: () => ({ kind: 'who' }) },
  history: {
    usage: '#room|@user [N]',
    summary: `Show the last messages, ${HISTORY_DEFAULT} or N`,
    parse: (words) => ({
      kind: 'history',
      of: parseConversation(words.next()),
      limit: parseCount(words.optional() ?? `${HISTORY_DEFAULT}`, PAGE_MAX),
    }),
  },
  strict: {
    usage: 'on|off',
    summary: 'Refuse what you send to people who are offline',
    parse: (words) => ({ kind: 'strict', on: parseOnOff(words.next()) }),
  },
  status: { usage: '', summary: 'Show connection, session and rooms', parse: () => ({ kind: 'status' }) },
  help: { usage: '', summary: 'Show this list', parse: () => ({ kind: 'help' }) },
  logout: {
    usage: '',
    summary: 'End the session and leave; `logout` does as well',
    parse: () => ({ kind: 'logout' }),
  },
  quit: { usage: '', summary: 'Leave and stay signed in on this device', parse: () => ({ kind: 'quit' }) },
};

/** `line` starts with a slash. */
export function parseSlash(line: string): Command {
  const [name = '', ...rest] = line.slice(1).trim().split(/\s+/);
  const slash = Object.hasOwn(SLASH_COMMANDS, name) ? SLASH_COMMANDS[name] : undefined;
  if (slash === undefined)
    throw new LineError(`there is no command ${quote(`/${name}`)}; /help lists them all`);
  const words = new Words(slashUsage(name, slash), rest);
  const command = slash.parse(words);
  words.end();
  return command;
}

export function slashUsage(name: string, { usage }: Slash): string {
  return `/${name} ${usage}`.trimEnd();
}

function parsePrivate(words: Words): boolean {
  const word = words.optional();
  if (word === undefined || word === '--private') return word !== undefined;
  throw new LineError(`${quote(word)} is not known here; write --private or nothing`);
}

function parseOnOff(word: string): boolean {
  if (word === 'on' || word === 'off') return word === 'on';
  throw new LineError(`${quote(word)} is neither on nor off`);
}
