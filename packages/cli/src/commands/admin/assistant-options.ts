/** What may be written behind `sotto admin assistants`. */
import type { WrittenSettings } from '@sotto/server/maintenance';
import type { Arguments, Option } from '../../command.ts';
import { UsageError } from '../../errors.ts';

export const ASSISTANT_OPTIONS: Readonly<Record<string, Option>> = {
  add: { description: 'Make the assistant NAME, with those of the settings below that are its own' },
  ask: {
    argument: 'TEXT',
    description: 'Ask what speaks for the assistant, from here, and print the answer',
  },
  disable: { description: 'Let the assistant answer nobody' },
  enable: { description: 'Let it answer again' },
  provider: { argument: 'KIND', description: 'Of an assistant: openai or ollama' },
  url: { argument: 'URL', description: 'Of its provider' },
  model: { argument: 'MODEL', description: 'That it asks' },
  'key-variable': {
    argument: 'VARIABLE',
    description: 'Name of the variable, in .env or the environment, that holds its key',
  },
  prompt: { argument: 'TEXT', description: 'What it is told of its task and tone' },
};

const ACTS = ['add', 'ask', 'disable', 'enable'] as const;
type Act = (typeof ACTS)[number] | 'change';
const SETTINGS = {
  provider: 'provider',
  url: 'url',
  model: 'model',
  'key-variable': 'keyVariable',
  prompt: 'prompt',
} as const;
export const HOW_TO_SWITCH_ON =
  'SOTTO_AI_PROVIDER (ollama or openai) and SOTTO_AI_MODEL in .env switch assistants on; .env.sample says more';

/** What is to be done, and with which settings; throws UsageError where that does not fit together. */
export function writtenIn(args: Arguments): { written: WrittenSettings; act: Act | undefined } {
  const written = settingsOf(args);
  return { written, act: actOf(args, written) };
}

function settingsOf(args: Arguments): WrittenSettings {
  const given = Object.entries(SETTINGS).flatMap(([option, field]) => {
    const value = args.value(option);
    return value === undefined ? [] : [[field, value]];
  });
  return Object.fromEntries(given);
}

/** Settings go with `--add`, with `--ask` for that question alone, or are what is changed. */
function actOf(args: Arguments, written: WrittenSettings): Act | undefined {
  const [act, other] = ACTS.filter((name) => args.has(name) || args.value(name) !== undefined);
  if (other !== undefined) throw new UsageError(`--${act} and --${other} are two things; give one of them`);
  const [setting] = Object.keys(written);
  if (setting !== undefined && (act === 'disable' || act === 'enable'))
    throw new UsageError(`--${act} takes no settings; change them without it`);
  return act ?? (setting === undefined ? undefined : 'change');
}
