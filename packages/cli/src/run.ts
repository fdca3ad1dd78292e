import type { Command } from './command.ts';
import { COMMANDS, loadCommand } from './commands/index.ts';
import { exitFor, explain, UsageError } from './errors.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { commandHelp, helpWidth } from './help.ts';
import { nearest } from './nearest.ts';
import { parseArguments } from './parse-arguments.ts';
import { complain, print, type System } from './system.ts';

/** Runs one command line to its end. Never rejects. */
export async function run(words: readonly string[], system: System): Promise<number> {
  try {
    return await dispatch(words, system);
  } catch (error) {
    // Somebody who left does not want to hear what that cut short.
    if (system.leave.aborted) return EXIT_CODES.ok.code;
    const lines = explain(error);
    complain(
      system,
      lines.map((line, at) => (at === 0 ? `sotto: ${line}` : line)),
    );
    return EXIT_CODES[exitFor(error)].code;
  }
}

async function dispatch(words: readonly string[], system: System): Promise<number> {
  const [first = 'help', ...rest] = words;
  const name = ALIASES.get(first) ?? first;
  const command = await loadCommand(name);
  if (command === undefined) throw unknownCommand(first);
  if (asksForHelp(rest)) return help(command, system);
  return command.run(parseArguments(command, rest), system);
}

const ALIASES = new Map([
  ['--help', 'help'],
  ['-h', 'help'],
  ['--version', 'version'],
  ['-v', 'version'],
]);

function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  const options = end === -1 ? words : words.slice(0, end);
  return options.includes('--help') || options.includes('-h');
}

function help(command: Command, system: System): number {
  print(system, commandHelp(command, helpWidth(system.output)));
  return EXIT_CODES.ok.code;
}

function unknownCommand(name: string): UsageError {
  const meant = nearest(name, COMMANDS.keys());
  const wayOut = meant === undefined ? '`sotto help` lists them' : `did you mean \`sotto ${meant}\`?`;
  return new UsageError(`"${name}" is no command; ${wayOut}`);
}
