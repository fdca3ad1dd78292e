/** Assistants as the configuration has them (SOTTO_AI_...). */
import type { ProviderAccess } from './provider.ts';

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
