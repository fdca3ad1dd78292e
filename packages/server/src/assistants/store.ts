/** What assistants need from storage. */
import type { UserNumber } from '@sotto/model';
import type { UserRecord } from '../accounts/store.ts';

export type ProviderKind = 'openai' | 'ollama';

/** What is undefined is as the server's configuration has it. No key is stored: `keyVariable` names where it is. */
export interface AssistantRecord {
  user: UserNumber;
  provider: ProviderKind | undefined;
  url: string | undefined;
  keyVariable: string | undefined;
  model: string | undefined;
  prompt: string | undefined;
  /** 0, or since when it answers nobody. */
  disabledMs: number;
  createdMs: number;
}

export interface NewAssistant extends Omit<AssistantRecord, 'user' | 'disabledMs'> {
  uuid: UserRecord['uuid'];
  name: string;
  /** As in NewUser. */
  nameKey: string;
  nameSkeleton: string;
}

export type CreateAssistantResult =
  /** Its account has no password: nobody ever logs in to it. It is never the owner of the server. */
  { kind: 'created'; user: UserRecord } | { kind: 'nameTaken' };

/** What was asked for on one day (days since 1970, UTC), by whom, where, and in all. */
export interface UsageRecord {
  subject: UsageSubject;
  requests: number;
  tokens: number;
}

/** `number`: of the account that asked, the room, or the assistant; 0 for the whole server. */
export interface UsageSubject {
  kind: 'account' | 'room' | 'assistant' | 'server';
  number: number;
}

export interface AssistantStore {
  /** In the order they were made; none whose account is deleted. */
  assistants(): Promise<readonly AssistantRecord[]>;
  createAssistant(assistant: NewAssistant): Promise<CreateAssistantResult>;
  /** All but `createdMs` replaces what was there. */
  saveAssistant(assistant: AssistantRecord): Promise<void>;
  /** Those of `subjects` that there is something of. */
  usage(day: number, subjects: readonly UsageSubject[]): Promise<readonly UsageRecord[]>;
  /** Adds to what is there, in one commit; numbers may be negative, sums stay at 0 or above. Drops days before `day - 7`. */
  addUsage(day: number, used: readonly UsageRecord[]): Promise<void>;
}
