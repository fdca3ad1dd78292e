import { parseArgs } from 'node:util';
import { Arguments, type Command } from './command.ts';
import { UsageError } from './errors.ts';
import { usageLine } from './help.ts';
import { nearest } from './nearest.ts';

type Token = ReturnType<typeof tokenize>[number];

/** Refuses what the command does not know by thing, value and way out. */
export function parseArguments(command: Command, words: readonly string[]): Arguments {
  const positionals: string[] = [];
  const values = new Map<string, string>();
  const switches = new Set<string>();
  for (const token of tokenize(command, words)) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind === 'option') takeOption(command, token, values, switches);
  }
  checkPositionals(command, positionals);
  return new Arguments(positionals, values, switches);
}

function tokenize(command: Command, words: readonly string[]) {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, { argument }]) => {
      const type: 'boolean' | 'string' = argument === undefined ? 'boolean' : 'string';
      return [name, { type }];
    }),
  );
  // Not strict: parseArgs would refuse without saying what was probably meant.
  return parseArgs({ args: [...words], options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

function takeOption(
  command: Command,
  { name, rawName, value }: Extract<Token, { kind: 'option' }>,
  values: Map<string, string>,
  switches: Set<string>,
): void {
  const option = Object.hasOwn(command.options, name) ? command.options[name] : undefined;
  if (option === undefined) throw unknownOption(command, rawName, name);
  if (values.has(name) || switches.has(name)) throw new UsageError(`${rawName} is given twice; give it once`);
  if (option.argument === undefined) {
    if (value !== undefined)
      throw new UsageError(`${rawName} takes no value, but got "${value}"; leave it out`);
    switches.add(name);
  } else {
    const missing = value === undefined || value === '';
    if (missing) throw new UsageError(`${rawName} needs a value: ${rawName} ${option.argument}`);
    values.set(name, value);
  }
}

function unknownOption(command: Command, rawName: string, name: string): UsageError {
  const meant = rawName.startsWith('--') ? nearest(name, Object.keys(command.options)) : undefined;
  const wayOut =
    meant === undefined ? `\`sotto ${command.name} --help\` lists them` : `did you mean --${meant}?`;
  return new UsageError(`${rawName} is no option of \`sotto ${command.name}\`; ${wayOut}`);
}

function checkPositionals(command: Command, given: readonly string[]): void {
  const needed = command.positionals.filter(({ optional }) => optional !== true);
  const missing = needed[given.length];
  if (missing !== undefined) throw new UsageError(`${missing.name} is missing; write: ${usageLine(command)}`);
  const extra = given[command.positionals.length];
  if (extra !== undefined) throw new UsageError(`"${extra}" is too much; write: ${usageLine(command)}`);
}
