import type { Arguments, Command } from '../command.ts';
import { UsageError } from '../errors.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { columns, commandHelp, helpWidth } from '../help.ts';
import { print, type System } from '../system.ts';
import { loadCommand, loadCommands } from './index.ts';

const EXIT_CODES_TOPIC = 'exit-codes';

export const command: Command = {
  name: 'help',
  summary: 'Explain a command.',
  positionals: [{ name: 'command', optional: true }],
  options: {},
  notes: [`\`sotto help ${EXIT_CODES_TOPIC}\` lists the exit codes.`],
  run: help,
};

async function help(args: Arguments, system: System): Promise<number> {
  const topic = args.positional(0);
  print(system, await helpOn(topic, helpWidth(system.output)));
  return EXIT_CODES.ok.code;
}

async function helpOn(topic: string | undefined, width: number): Promise<readonly string[]> {
  if (topic === undefined) return overview(width);
  if (topic === EXIT_CODES_TOPIC) return exitCodes(width);
  const found = await loadCommand(topic);
  if (found === undefined)
    throw new UsageError(`there is no help on "${topic}"; \`sotto help\` lists the commands`);
  return commandHelp(found, width);
}

async function overview(width: number): Promise<readonly string[]> {
  const commands = await loadCommands();
  return [
    'Sotto: group chat with a server of your own.',
    '',
    'Usage: sotto COMMAND [options]',
    '',
    ...columns(
      commands.map(({ name, summary }) => [`  ${name}`, summary] as const),
      width,
    ),
    '',
    '`sotto COMMAND --help` says more about each.',
  ];
}

function exitCodes(width: number): readonly string[] {
  return columns(
    Object.values(EXIT_CODES).map(({ code, meaning }) => [`${code}`.padStart(3), meaning] as const),
    width,
  );
}
