import { type Command, LineError } from '../command.ts';
import { Words } from '../commands/slash.ts';
import { SLASH_COMMANDS, slashUsage } from '../commands/table.ts';
import { quote } from './names.ts';

/** `line` starts with a slash. */
export function parseSlash(line: string): Command {
  const [, name = '', rest = ''] = /^(\S*)(.*)$/su.exec(line.slice(1).trimStart()) ?? [];
  const slash = SLASH_COMMANDS.get(name);
  if (slash === undefined)
    throw new LineError(`there is no command ${quote(`/${name}`)}; /help lists them all`);
  const words = new Words(slashUsage(name, slash), rest);
  const command = slash.parse(words);
  words.end();
  return command;
}
