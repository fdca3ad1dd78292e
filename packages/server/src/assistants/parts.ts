/** Puts together what answers for assistants. */
import type { UserNumber } from '@sotto/model';
import { type Clock, type Random, SottoError } from '@sotto/protocol';
import type { AccountStore, UserRecord } from '../accounts/store.ts';
import { ConfigError } from '../config-values.ts';
import { ensureAssistant } from './accounts.ts';
import { Answers, type AnswersOptions } from './answers/answers.ts';
import type { Questions } from './answers/questions.ts';
import { Assistants, type AssistantsOptions } from './assistants.ts';
import { Budget } from './budget.ts';
import type { OpenProvider } from './provider.ts';
import type { AssistantSettings } from './settings.ts';
import type { AssistantStore } from './store.ts';

export interface AssistantPartsOptions
  extends Pick<
    AnswersOptions,
    'prompts' | 'directory' | 'messages' | 'mayWriteTo' | 'logger' | 'tell' | 'onFailure'
  > {
  settings: AssistantSettings;
  open: OpenProvider;
  store: AssistantStore;
  accounts: Pick<AccountStore, 'userByNameKey'>;
  users: AnswersOptions['users'] & AssistantsOptions['users'];
  questions: Questions;
  online: AssistantsOptions['online'];
  clock: Clock;
  random: Random;
}

export interface AssistantParts {
  readonly assistants: Assistants;
  readonly answers: Answers;
  readonly budget: Budget;
  /** These accounts are as given by now. */
  usersChanged(users: readonly UserRecord[]): void;
  /** Ends what is under way, says what was written, and waits for that; but not for ever. */
  stop(): Promise<void>;
}

/** The configured name cannot be an assistant's. */
export class AssistantNameError extends ConfigError {}

/** Makes the first assistant where there is none of its name. Throws AssistantNameError. */
export async function createAssistantParts(options: AssistantPartsOptions): Promise<AssistantParts> {
  const { store, settings, questions, clock } = options;
  const first = await ensureFirst(options);
  const budget = new Budget({ store, limits: settings.budgets, clock });
  const assistants: Assistants = new Assistants({
    ...options,
    first,
    off: (user) => answers.assistantOff(user),
  });
  const answers: Answers = new Answers({ ...options, assistants, budget });
  await assistants.start();
  questions.begin({
    assistants: () => assistants.numbers,
    isAssistant: (user: UserNumber) => assistants.has(user),
    asked: (asked) => answers.askInRoom(asked),
    deleted: (room, sequence) => answers.questionDeleted(room, sequence),
  });
  return {
    assistants,
    answers,
    budget,
    usersChanged: (users) => {
      for (const { number, suspendedMs, deletedMs } of users)
        if (suspendedMs > 0 || deletedMs > 0) answers.askerGone(number);
      if (users.some(({ number }) => assistants.has(number))) void assistants.refresh();
    },
    stop: async () => {
      questions.stop();
      assistants.stop();
      await answers.shutdown();
    },
  };
}

async function ensureFirst({
  store,
  accounts,
  settings,
  clock,
  random,
}: AssistantPartsOptions): Promise<UserNumber> {
  try {
    const { number } = await ensureAssistant({ assistants: store, accounts, clock, random }, settings.name);
    return number;
  } catch (failure) {
    if (!(failure instanceof SottoError)) throw failure;
    throw new AssistantNameError(`SOTTO_AI_NAME "${settings.name}": ${failure.message}; choose another name`);
  }
}
