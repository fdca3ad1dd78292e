/** `sotto admin assistants --ask`: one question to what speaks for an assistant, from here. */
import type { ServerConfig } from '@sotto/server/config';
import {
  type AssistantView,
  askProvider,
  ProviderError,
  type Trial,
  type TrialReport,
  type WrittenSettings,
} from '@sotto/server/maintenance';
import { sanitizeLine, sanitizeLines } from '@sotto/terminal';
import type { Arguments } from '../../command.ts';
import { UsageError } from '../../errors.ts';
import { EXIT_CODES } from '../../exit-codes.ts';
import { readEnvFile, serverConfig } from '../../server-settings.ts';
import { complain, type System } from '../../system.ts';
import type { Scene } from './action.ts';
import { HOW_TO_SWITCH_ON } from './assistant-options.ts';

/** Without the database: whether what is configured, or written here, answers. */
export async function askConfigured(
  args: Arguments,
  written: WrittenSettings,
  system: System,
): Promise<number> {
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
  const { model, prompt } = settings;
  const access = isElsewhere(written, system) ? { ...settings.access, key } : settings.access;
  return ask({ access, model, prompt, ...bounds(config), question: args.value('ask') ?? '' }, config, system);
}

/** The configured key goes nowhere but where the configuration says. */
function isElsewhere({ url }: WrittenSettings, system: System): boolean {
  return url !== undefined && url !== configured(system, 'SOTTO_AI_URL');
}

const configured = (system: System, name: string): string | undefined =>
  system.environment[name] || readEnvFile(system.directory)[name];

function variable(system: System, name: string): string {
  const key = configured(system, name);
  if (key) return key;
  throw new UsageError(
    `the key variable ${sanitizeLine(name)} is set neither in the environment nor in .env`,
  );
}

/** With what is written here in place of what is its own, for this question. */
export function askAssistant(one: AssistantView, written: WrittenSettings, scene: Scene): Promise<number> {
  return ask(trialOf(one, written, scene), scene.config, scene.system);
}

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
