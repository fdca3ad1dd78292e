import { LineError, type SlashRequest } from '../request.ts';
import { Words } from '../slash.ts';
import { SLASH_COMMANDS, slashUsage } from '../table.ts';
import { quote } from './names.ts';

/** `line` starts with a slash. */
export function parseSlash(line: string): SlashRequest {
  const [, name = '', rest = ''] = /^(\S*)(.*)$/su.exec(line.slice(1).trimStart()) ?? [];
  const slash = SLASH_COMMANDS.get(name);
  if (slash === undefined)
    throw new LineError(`there is no command ${quote(`/${name}`)}; /help lists them all`);
  const words = new Words(slashUsage(name, slash), rest);
  const command = slash.parse(words);
  words.end();
  return command;
}
