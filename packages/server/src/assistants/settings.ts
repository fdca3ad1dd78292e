/** Assistants as the configuration has them (SOTTO_AI_...). */
import { readName } from '@sotto/model';
import type { SettingName } from '../config-settings.ts';
import { ConfigError, fail, type Given, parseChoice, parseList } from '../config-values.ts';
import type { ProviderAccess } from './provider.ts';
import type { ProviderKind } from './store.ts';

/** Of one day; undefined: no limit. */
export interface DayBudget {
  requests: number;
  tokens: number;
}

export interface AssistantSettings {
  /** Of the first assistant, and of others that have none of their own. */
  access: ProviderAccess;
  model: string;
  /** What the first assistant is called. */
  name: string;
  /** What the operator tells every assistant that has no prompt of its own. */
  prompt: string;
  /** The key that an assistant's `keyVariable` names; undefined where nothing is set. */
  keyOf: (variable: string) => string | undefined;
  /** Host names that may stand for private addresses. */
  privateHosts: readonly string[];
  /** Tokens of a prompt, and of an answer. */
  contextTokens: number;
  answerTokens: number;
  /** Answers written at a time, and questions that may wait. */
  parallel: number;
  queue: number;
  /** Until the first text, and between two pieces of it. */
  timeoutMs: number;
  budgets: {
    account: DayBudget | undefined;
    room: DayBudget | undefined;
    server: DayBudget | undefined;
  };
}

/** Where a provider of this kind is, unless something else is said. */
export const DEFAULT_URLS: Readonly<Record<ProviderKind, string>> = {
  openai: 'https://api.openai.com/v1',
  ollama: 'http://127.0.0.1:11434',
};

/** What is too long for Ollama it cuts without a word, and the system message goes first. */
const DEFAULT_CONTEXT_TOKENS: Readonly<Record<ProviderKind, number>> = { openai: 8_000, ollama: 3_000 };

/** Of what the operator tells assistants, or one of them. */
export const ASSISTANT_PROMPT_MAX_CHARACTERS = 4_000;

interface Sources {
  environment: Readonly<Record<string, string | undefined>>;
  /** What `.env` says. */
  file: Readonly<Record<string, string | undefined>>;
}

type Giving = (name: SettingName) => Given;

/** Characters that HTTP takes in a header, without blanks. */
const KEY = /^[\x21-\x7e]{1,1000}$/;
const MODEL = /^[^\p{C}\s]{1,200}$/u;
/** As in a URL, without a port. */
const HOST = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/;
const TIME = /^(\d{1,5})(s|m)$/;
const BUDGET = /^(\d{1,9})([KM]?):(\d{1,9})([KM]?)$/;
const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1_000, M: 1_000_000 };
const TIMEOUT_MAX_MS = 600_000;

/** Undefined: there are no assistants. */
export function readAssistantSettings(
  given: Giving,
  { environment, file }: Sources,
): AssistantSettings | undefined {
  const contextTokens = parseContext(given('aiContext'));
  const settings = {
    name: parseName(given('aiName')),
    prompt: parsePrompt(given('aiPrompt')),
    keyOf: (variable: string) => environment[variable] || file[variable] || undefined,
    privateHosts: parseHosts(given('aiPrivateHosts')),
    answerTokens: parseCount(given('aiAnswer'), 10, 10_000),
    parallel: parseCount(given('aiParallel'), 1, 1_000),
    queue: parseCount(given('aiQueue'), 0, 100_000),
    timeoutMs: parseTime(given('aiTimeout')),
    budgets: {
      account: parseBudget(given('aiLimitAccount')),
      room: parseBudget(given('aiLimitRoom')),
      server: parseBudget(given('aiLimitTotal')),
    },
  };
  if (given('aiProvider').text === '') return undefined;
  const kind = parseChoice(given('aiProvider'), ['openai', 'ollama']);
  return {
    access: readAccess(kind, given),
    model: readModel(kind, given),
    contextTokens: contextTokens ?? DEFAULT_CONTEXT_TOKENS[kind],
    ...settings,
  };
}

function readAccess(kind: ProviderKind, given: Giving): ProviderAccess {
  const [url, key] = [given('aiUrl'), given('aiKey')];
  if (kind === 'openai' && url.text === '' && key.text === '')
    fail(given('aiProvider'), 'needs a key', 'set SOTTO_AI_KEY, or SOTTO_AI_URL for an API that needs none');
  if (key.text !== '' && !KEY.test(key.text))
    throw new ConfigError(
      `${key.source} holds what is no key; copy it again, without blanks and line breaks`,
    );
  return {
    kind,
    url: parseProviderUrl(url) ?? DEFAULT_URLS[kind],
    key: key.text === '' ? undefined : key.text,
  };
}

/** Undefined where nothing is set. It may hold a password, so it is not repeated. */
export function parseProviderUrl({ text, source }: Given): string | undefined {
  if (text === '') return undefined;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '')
    throw new ConfigError(`${source} is no URL of an API; write it like https://api.openai.com/v1`);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new ConfigError(
      `${source} has a user, a password, a query or a fragment; write it without, and the key as SOTTO_AI_KEY`,
    );
  return url.href;
}

function readModel(kind: ProviderKind, given: Giving): string {
  const model = given('aiModel');
  if (model.text === '') {
    const found = kind === 'ollama' ? 'one of `ollama list`' : 'one that your key may use';
    fail(given('aiProvider'), 'has no model', `set SOTTO_AI_MODEL to ${found}`);
  }
  return parseModel(model);
}

export function parseModel(given: Given): string {
  return MODEL.test(given.text)
    ? given.text
    : fail(given, 'is no name of a model', 'write it as the provider does, without blanks');
}

function parseName(given: Given): string {
  const reading = readName(given.text);
  return reading.kind === 'valid'
    ? reading.name
    : fail(given, `is no account name (${reading.reason})`, 'use one like assistant');
}

function parsePrompt(given: Given): string {
  return [...given.text].length <= ASSISTANT_PROMPT_MAX_CHARACTERS
    ? given.text
    : fail(
        { ...given, text: `${given.text.slice(0, 20)}...` },
        'is too long',
        `use at most ${ASSISTANT_PROMPT_MAX_CHARACTERS} characters`,
      );
}

function parseHosts(given: Given): readonly string[] {
  return parseList(given).map((text) => {
    const host = text.toLowerCase();
    return HOST.test(host) && host.length <= 253
      ? host
      : fail({ ...given, text }, 'is no host name', 'write it like ollama.lan, without port and path');
  });
}

function parseCount(given: Given, least: number, most: number): number {
  const count = /^\d{1,9}$/.test(given.text) ? Number(given.text) : Number.NaN;
  return count >= least && count <= most
    ? count
    : fail(given, 'is out of range', `use a number from ${least} to ${most}`);
}

const parseContext = (given: Given): number | undefined =>
  given.text === '' ? undefined : parseCount(given, 500, 1_000_000);

function parseTime(given: Given): number {
  const [, amount = '', unit = ''] = TIME.exec(given.text) ?? [];
  const ms = Number(amount) * (unit === 'm' ? 60_000 : 1_000);
  return ms > 0 && ms <= TIMEOUT_MAX_MS
    ? ms
    : fail(given, 'is no time to wait', 'write it like 60s or 2m, at most 10m');
}

function parseBudget(given: Given): DayBudget | undefined {
  if (given.text === 'off') return undefined;
  const [, requests = '', requestUnit = '', tokens = '', tokenUnit = ''] = BUDGET.exec(given.text) ?? [];
  const budget = {
    requests: Number(requests) * (UNITS[requestUnit] ?? 1),
    tokens: Number(tokens) * (UNITS[tokenUnit] ?? 1),
  };
  return budget.requests > 0 && budget.tokens > 0
    ? budget
    : fail(given, 'is no budget', 'write it like 100:200K, questions and tokens a day, or off');
}
