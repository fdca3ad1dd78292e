/** What `sotto admin assistants` does. */
import { SERVER_SENDER } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { UserRecord } from '../accounts/store.ts';
import { makeAssistant, needFitting, type OwnSettings } from '../assistants/accounts.ts';
import { type Assistant, assistantOf } from '../assistants/assistants.ts';
import { dayOf } from '../assistants/budget.ts';
import { type AssistantSettings, parseModel, parseProviderUrl } from '../assistants/settings.ts';
import type { AssistantRecord, ProviderKind } from '../assistants/store.ts';
import { ConfigError, type Given, parseChoice } from '../config-values.ts';
import type { AdminWorld } from './admin.ts';

/** As what one has of its own: none, but what the configuration has. */
export const AS_CONFIGURED = '-';

export interface AssistantView {
  user: UserRecord;
  record: AssistantRecord;
  /** What it has cost today (UTC). */
  requests: number;
  tokens: number;
  /** How it is asked; undefined where the configuration has no provider. */
  asked: Assistant | undefined;
}

/** As written by an operator; what is left out stays. */
export type WrittenSettings = Readonly<Partial<Record<keyof OwnSettings, string>>>;

/** Each is in the audit log as done by the server. They throw SottoError or ConfigError where something does not fit. */
export interface AssistantActs {
  /** In the order they were made. */
  assistants(settings: AssistantSettings | undefined): Promise<readonly AssistantView[]>;
  makeAssistant(name: string, written: WrittenSettings): Promise<UserRecord>;
  changeAssistant(assistant: AssistantView, written: WrittenSettings): Promise<void>;
  setAssistantDisabled(assistant: AssistantView, disabled: boolean): Promise<void>;
}

export function assistantActs(world: AdminWorld): AssistantActs {
  const { assistants: store, accounts, rooms, clock } = world;
  const note = (user: UserRecord, action: string, detail = '') =>
    rooms.recordAudit({
      timeMs: clock.now(),
      actor: SERVER_SENDER,
      target: user.number,
      room: undefined,
      action,
      detail,
    });
  return {
    async assistants(settings) {
      const records = await store.assistants();
      const users = new Map(
        (await accounts.usersByNumbers(records.map(({ user }) => user))).map((user) => [user.number, user]),
      );
      const subjects = records.map(({ user }) => ({ kind: 'assistant' as const, number: user }));
      const usage = await store.usage(dayOf(clock.now()), subjects);
      return records.flatMap((record) => {
        const user = users.get(record.user);
        if (user === undefined) return [];
        const used = usage.find(({ subject }) => subject.number === record.user);
        const { requests, tokens } = used ?? { requests: 0, tokens: 0 };
        return [{ user, record, requests, tokens, asked: settings && assistantOf(record, user, settings) }];
      });
    },

    async makeAssistant(name, written) {
      const user = await makeAssistant(world, name, readOwn(written));
      await note(user, 'makeAssistant', Object.keys(written).join(' '));
      return user;
    },

    async changeAssistant({ user, record }, written) {
      const changed = { ...record, ...readOwn(written) };
      needFitting(changed);
      await store.saveAssistant(changed);
      await note(user, 'changeAssistant', Object.keys(written).join(' '));
    },

    async setAssistantDisabled({ user, record }, disabled) {
      await store.saveAssistant({ ...record, disabledMs: disabled ? record.disabledMs || clock.now() : 0 });
      await note(user, disabled ? 'disableAssistant' : 'enableAssistant');
    },
  };
}

/** Throws ConfigError. */
export function readOwn(written: WrittenSettings): OwnSettings {
  const own: { -readonly [Field in keyof OwnSettings]: OwnSettings[Field] } = {};
  const read = <Field extends keyof OwnSettings>(
    field: Field,
    source: string,
    parse: (given: Given) => OwnSettings[Field],
  ) => {
    const text = written[field];
    if (text !== undefined) own[field] = text === AS_CONFIGURED ? undefined : parse({ text, source });
  };
  read('provider', '--provider', (given) => parseChoice<ProviderKind>(given, ['openai', 'ollama']));
  read('url', '--url', parseProviderUrl);
  read('model', '--model', parseModel);
  read('keyVariable', '--key-variable', parseVariable);
  read('prompt', '--prompt', ({ text }) => text);
  return own;
}

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,100}$/;

/** The key itself in its place would be in the database, and is not repeated. */
function parseVariable({ text, source }: Given): string {
  if (!VARIABLE.test(text) || /^sk[-_]/.test(text))
    throw new ConfigError(
      `${source} is no name of a variable; put the key into .env, as MY_KEY=..., and give MY_KEY here`,
    );
  if (text.startsWith('SOTTO_') && text !== 'SOTTO_AI_KEY')
    throw new ConfigError(
      `${source} "${text}" is a name that .env takes for settings alone; call it MY_KEY, or so`,
    );
  return text;
}

/** Throws NOT_FOUND. */
export function needAssistant(all: readonly AssistantView[], name: string): AssistantView {
  const wanted = name.replace(/^@/, '').toLowerCase();
  const found = all.find(({ user }) => `${user.number}` === wanted || user.name.toLowerCase() === wanted);
  if (found === undefined) throw new SottoError(ErrorCode.NOT_FOUND, `assistant ${name}`);
  return found;
}
