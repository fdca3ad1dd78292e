/** `sotto admin assistants`: who they are, what they cost, and whether what speaks for them answers. */
import type { ServerConfig } from '@sotto/server/config';
import {
  type AssistantView,
  askProvider,
  needAssistant,
  ProviderError,
  type Trial,
  type TrialReport,
  type WrittenSettings,
} from '@sotto/server/maintenance';
import { sanitizeLine, sanitizeLines, table } from '@sotto/terminal';
import type { Arguments, Option } from '../../command.ts';
import { UsageError } from '../../errors.ts';
import { EXIT_CODES } from '../../exit-codes.ts';
import { readEnvFile, serverConfig } from '../../server-settings.ts';
import { complain, print, type System } from '../../system.ts';
import { type Action, type Scene, time } from './action.ts';

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
const SETTINGS = {
  provider: 'provider',
  url: 'url',
  model: 'model',
  'key-variable': 'keyVariable',
  prompt: 'prompt',
} as const;
const HOW_TO_SWITCH_ON =
  'SOTTO_AI_PROVIDER (ollama or openai) and SOTTO_AI_MODEL in .env switch assistants on; .env.sample says more';

export const ASSISTANT_ACTIONS: Readonly<Record<string, Action>> = {
  assistants: {
    argument: '[NAME]',
    summary: 'list assistants, or one; add, change, ask, disable and enable one by the options below',
    alone: (args, system) =>
      args.positional(1) === undefined && args.value('ask') !== undefined
        ? askConfigured(args, system)
        : undefined,
    run: assistants,
  },
};

async function assistants(scene: Scene): Promise<number> {
  const { args, domain, config, system } = scene;
  const name = args.positional(1);
  const written = settingsOf(args);
  const act = actOf(args, written);
  const all = await domain.assistants(config.assistants);
  if (act === undefined && name === undefined) return list(all, scene);
  if (name === undefined) throw new UsageError('NAME is missing; `sotto admin assistants` lists them');
  if (act === 'add') {
    const user = await domain.makeAssistant(name, written);
    print(system, [`${sanitizeLine(user.name)} is an assistant, number ${user.number}`]);
    return warned(scene, written);
  }
  const one = needAssistant(all, name);
  switch (act) {
    case undefined:
      return show(one, scene);
    case 'ask':
      return ask(trialOf(one, written, scene), config, system);
    case 'change':
      await domain.changeAssistant(one, written);
      print(system, [`${sanitizeLine(one.user.name)} is changed`]);
      return warned(scene, written);
    case 'disable':
    case 'enable':
      await domain.setAssistantDisabled(one, act === 'disable');
      print(system, [
        `${sanitizeLine(one.user.name)} ${act === 'disable' ? 'answers nobody' : 'answers again'}`,
      ]);
      return EXIT_CODES.ok.code;
  }
}

function settingsOf(args: Arguments): WrittenSettings {
  const given = Object.entries(SETTINGS).flatMap(([option, field]) => {
    const value = args.value(option);
    return value === undefined ? [] : [[field, value]];
  });
  return Object.fromEntries(given);
}

/** Settings go with `--add`, with `--ask` for that question alone, or are what is changed. */
function actOf(args: Arguments, written: WrittenSettings): (typeof ACTS)[number] | 'change' | undefined {
  const [act, other] = ACTS.filter((name) => args.has(name) || args.value(name) !== undefined);
  if (other !== undefined) throw new UsageError(`--${act} and --${other} are two things; give one of them`);
  const [setting] = Object.keys(written);
  if (setting !== undefined && (act === 'disable' || act === 'enable'))
    throw new UsageError(`--${act} takes no settings; change them without it`);
  return act ?? (setting === undefined ? undefined : 'change');
}

function list(all: readonly AssistantView[], { system, config }: Scene): number {
  if (all.length === 0) {
    const none =
      config.assistants === undefined ? HOW_TO_SWITCH_ON : 'the server makes it when it is started';
    print(system, [`there is no assistant; ${none}`]);
    return EXIT_CODES.ok.code;
  }
  const rows = [['number', 'name', 'state', 'provider', 'model', 'at', 'today', 'tokens']];
  for (const one of all)
    rows.push([
      `${one.user.number}`,
      sanitizeLine(one.user.name),
      stateOf(one),
      one.asked?.access.kind ?? '-',
      sanitizeLine(one.asked?.model ?? '-'),
      sanitizeLine(hostOf(one)),
      `${one.requests}`,
      `${one.tokens}`,
    ]);
  print(system, table(rows));
  if (config.assistants === undefined)
    complain(system, [`sotto: by the settings here none of them answers; ${HOW_TO_SWITCH_ON}`]);
  return EXIT_CODES.ok.code;
}

function stateOf({ asked, record, user }: AssistantView): string {
  if (record.disabledMs > 0) return 'disabled';
  if (user.suspendedMs > 0) return 'suspended';
  return asked === undefined ? 'off' : 'on';
}

const hostOf = ({ asked }: AssistantView): string => URL.parse(asked?.access.url ?? '')?.host ?? '-';

function show(one: AssistantView, { system }: Scene): number {
  const { user, record, asked, requests, tokens } = one;
  const own = (value: unknown) => (value === undefined ? ', as the server is configured' : '');
  const rows: (readonly string[])[] = [
    ['assistant', `${sanitizeLine(user.name)}, number ${user.number}`],
    ['state', record.disabledMs > 0 ? `disabled since ${time(record.disabledMs)}` : stateOf(one)],
    ['made', time(record.createdMs)],
    ['today', `${requests} questions, ${tokens} tokens`],
  ];
  if (asked !== undefined)
    rows.push(
      ['provider', `${asked.access.kind}${own(record.provider)}`],
      ['url', `${sanitizeLine(asked.access.url)}${own(record.url)}`],
      ['model', `${sanitizeLine(asked.model)}${own(record.model)}`],
      ['key', keyText(one)],
      ['prompt', `${sanitizeLine(asked.speaker.prompt) || 'none'}${own(record.prompt)}`],
    );
  print(system, table(rows));
  return EXIT_CODES.ok.code;
}

/** Never the key. */
function keyText({ record: { keyVariable }, asked }: AssistantView): string {
  const isSet = asked?.access.key !== undefined;
  if (keyVariable === undefined) return isSet ? 'SOTTO_AI_KEY' : 'none';
  return `${sanitizeLine(keyVariable)}${isSet ? '' : ', which is not set'}`;
}

/** What is done and has no effect as yet. */
function warned({ config, system }: Scene, { keyVariable }: WrittenSettings): number {
  if (config.assistants === undefined)
    complain(system, [`sotto: it answers nobody as yet; ${HOW_TO_SWITCH_ON}`]);
  else if (keyVariable !== undefined && keyVariable !== '-' && !config.assistants.keyOf(keyVariable))
    complain(system, [
      `sotto: ${sanitizeLine(keyVariable)} is not set here; put it into .env, and start the server again`,
    ]);
  return EXIT_CODES.ok.code;
}

/** Without the database: whether what is configured, or written here, answers. */
async function askConfigured(args: Arguments, system: System): Promise<number> {
  const written = settingsOf(args);
  actOf(args, written);
  const key = written.keyVariable === undefined ? undefined : variable(system, written.keyVariable);
  const more = {
    ...(written.provider !== undefined && { aiProvider: written.provider }),
    ...(written.url !== undefined && { aiUrl: written.url }),
    ...(written.model !== undefined && { aiModel: written.model }),
    ...(written.prompt !== undefined && { aiPrompt: written.prompt }),
    ...(key !== undefined && { aiKey: key }),
  };
  const config = serverConfig(args, system, more);
  const { assistants: settings } = config;
  if (settings === undefined)
    throw new UsageError(`there is nobody to ask; ${HOW_TO_SWITCH_ON}, or give --provider and --model`);
  const { access, model, prompt } = settings;
  return ask({ access, model, prompt, ...bounds(config), question: args.value('ask') ?? '' }, config, system);
}

function variable(system: System, name: string): string {
  const key = system.environment[name] || readEnvFile(system.directory)[name];
  if (key) return key;
  throw new UsageError(
    `the key variable ${sanitizeLine(name)} is set neither in the environment nor in .env`,
  );
}

/** With what is written here in place of what is its own, for this question. */
function trialOf(
  { asked, record: { keyVariable } }: AssistantView,
  written: WrittenSettings,
  { config, args, system }: Scene,
): Trial {
  if (asked === undefined) throw new UsageError(`there is nobody to ask; ${HOW_TO_SWITCH_ON}`);
  if (written.provider !== undefined || written.url !== undefined || written.keyVariable !== undefined)
    throw new UsageError(
      '--provider, --url and --key-variable are tried without NAME, or changed without --ask',
    );
  const { access, model, speaker } = asked;
  if (keyVariable !== undefined) variable(system, keyVariable);
  return {
    access,
    model: written.model ?? model,
    prompt: written.prompt ?? speaker.prompt,
    ...bounds(config),
    question: args.value('ask') ?? '',
  };
}

function bounds({ assistants: settings }: ServerConfig): Pick<Trial, 'maxAnswerTokens' | 'timeoutMs'> {
  return { maxAnswerTokens: settings?.answerTokens ?? 0, timeoutMs: settings?.timeoutMs ?? 0 };
}

async function ask(trial: Trial, config: ServerConfig, system: System): Promise<number> {
  const host = URL.parse(trial.access.url)?.host ?? '';
  const answer = new Printed(system);
  try {
    const privateHosts = config.assistants?.privateHosts ?? [];
    const report = await askProvider(privateHosts, trial, (text) => answer.write(text), system.leave);
    answer.end();
    complain(system, [`sotto: ${sanitizeLine(trial.model)} at ${host} ${reportText(report)}`]);
    return EXIT_CODES.ok.code;
  } catch (error) {
    answer.end();
    if (!(error instanceof ProviderError)) throw error;
    complain(system, [`sotto: no answer: ${sanitizeLine(error.message)}`]);
    return EXIT_CODES.failed.code;
  }
}

function reportText({ reason, tokens, firstTextMs, wholeMs }: TrialReport): string {
  const counted = tokens === undefined ? 'tokens not counted' : `${tokens.prompt} + ${tokens.answer} tokens`;
  const first = firstTextMs === undefined ? 'no text' : `first text after ${seconds(firstTextMs)}`;
  const whole = `${first}, all after ${seconds(wholeMs)}; ${counted}`;
  switch (reason) {
    case 'complete':
      return `answered: ${whole}`;
    case 'length':
      return `had more to say than SOTTO_AI_ANSWER lets it: ${whole}`;
    case 'filtered':
      return `kept the rest back: ${whole}`;
  }
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;

/** Text as it comes, safe to print: whole characters, and lines of its own. */
class Printed {
  readonly #system: System;
  #open = false;
  #held = '';

  constructor(system: System) {
    this.#system = system;
  }

  write(text: string): void {
    const all = this.#held + text;
    // Half of a character, or of a line break, may be still to come.
    this.#held = /[\ud800-\udbff\r]$/.exec(all)?.[0] ?? '';
    this.#put(all.slice(0, all.length - this.#held.length));
  }

  end(): void {
    this.#put(this.#held);
    if (this.#open) this.#system.output.write('\n');
    this.#open = false;
  }

  #put(text: string): void {
    if (text === '') return;
    const shown = sanitizeLines(text).join('\n');
    this.#system.output.write(shown);
    this.#open = !shown.endsWith('\n');
  }
}
