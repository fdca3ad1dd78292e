/** Gathers what an assistant is told, by what it and its asker may see at that moment [PROMPT-1]. */
import type { Clock } from '@sotto/protocol';
import type { Blocks } from '../../accounts/blocks.ts';
import type { EventStore } from '../../events/store.ts';
import type { Downloads } from '../../files/downloads.ts';
import type { MessageStore } from '../../messages/store.ts';
import type { RoomDirectory } from '../../rooms/directory.ts';
import type { RoomStore } from '../../rooms/store.ts';
import type { UserDirectory } from '../../rooms/users.ts';
import type { Search } from '../../search/search.ts';
import type { AssistantSettings } from '../settings.ts';
import type { Prompt, Prompts, Task } from '../task.ts';
import type { Asking } from './access.ts';
import { type PromptFacts, writePrompt } from './prompt.ts';
import { tellOfQuestion } from './question.ts';
import { tellForSearch } from './searching.ts';
import { tellForSummary } from './summary.ts';
import { tellForTranslation } from './translation.ts';

export interface PromptsOptions {
  directory: RoomDirectory;
  rooms: Pick<RoomStore, 'memberships'>;
  events: Pick<EventStore, 'readBefore' | 'events' | 'firstAfter'>;
  messages: Pick<MessageStore, 'states' | 'thread' | 'unread'>;
  users: Pick<UserDirectory, 'byNumbers'>;
  blocks: Pick<Blocks, 'blocks'>;
  search: Pick<Search, 'find'>;
  /** Undefined where the server keeps no files; those within messages are told anyway. */
  downloads: Pick<Downloads, 'find'> | undefined;
  clock: Clock;
  settings: Pick<AssistantSettings, 'contextTokens'>;
}

/** What there is to tell, before it is known how much of it fits. */
export type Gathered = Omit<PromptFacts, 'task' | 'speaker' | 'nowMs' | 'contextTokens'>;

export function createPrompts(options: PromptsOptions): Prompts {
  const { clock, settings } = options;
  return {
    build: async (asker, speaker, task): Promise<Prompt> => {
      const facts = await gather(options, { asker, assistant: speaker.user }, task);
      return writePrompt({
        ...facts,
        task: task.kind,
        speaker,
        nowMs: clock.now(),
        contextTokens: settings.contextTokens,
      });
    },
  };
}

/** Nothing is waited for after the rights were judged last. */
function gather(options: PromptsOptions, asking: Asking, task: Task): Promise<Gathered> {
  switch (task.kind) {
    case 'question':
      return tellOfQuestion(options, asking, task);
    case 'summary':
      return tellForSummary(options, asking, task);
    case 'translation':
      return tellForTranslation(options, asking, task);
    case 'search':
      return tellForSearch(options, asking, task);
  }
}
