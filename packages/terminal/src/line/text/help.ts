/** `/help`: the list, and more about one command. */

import { quote, SLASH_COMMANDS, slashUsage } from '@sotto/app/commands';
import { LineError } from '../command.ts';
import { table } from './words.ts';

const LINES: readonly (readonly string[])[] = [
  ['0: text', 'Send to everyone; a blank follows the colon'],
  ['2: text', 'Send to user 2; a name or UUID will do as well'],
  ['1,bob: text', 'Send to several people'],
  ['#room: text', 'Send to a room, by name or number'],
  ['text', 'Send to where the last one went (in a terminal)'],
];

export function helpLines(command: string | undefined): readonly string[] {
  return command === undefined ? LIST : commandLines(command);
}

/** Throws a LineError where there is no such command. */
export function checkHelp(name: string): void {
  if (!SLASH_COMMANDS.has(name))
    throw new LineError(`there is no command ${quote(`/${name}`)}; /help lists them all`);
}

function commandLines(name: string): readonly string[] {
  const slash = SLASH_COMMANDS.get(name);
  if (slash === undefined) return [];
  const { summary, notes = [], examples = [] } = slash;
  return [
    slashUsage(name, slash),
    ...[`${summary}.`, ...notes].map((line) => `    ${line}`),
    ...examples.map((line) => `  ${line}`),
  ];
}

/** Usages that are longer have their summary in the next line, so that the others stand in a column. */
const USAGE_MAX = 34;

const LIST: readonly string[] = (() => {
  const groups = Map.groupBy(SLASH_COMMANDS, ([, { group }]) => group);
  const rows = [...groups].flatMap(([group, commands]) => [
    [`* ${group}`],
    ...commands.flatMap(([name, slash]) => {
      const usage = slashUsage(name, slash);
      return usage.length <= USAGE_MAX ? [[usage, slash.summary]] : [[usage], ['', slash.summary]];
    }),
  ]);
  return [...table([...LINES, ...rows]), '* More about one: /help COMMAND'];
})();
