/** What an assistant is asked for. */
import type { RoomNumber, Sequence } from '@sotto/model';
import type { UserRecord } from '../accounts/store.ts';

export type Task =
  /** A message in a room; answered by a message there. */
  | { kind: 'question'; room: RoomNumber; sequence: Sequence; thread: number }
  /** The others are answered to the asker alone. Neither `after` nor `sinceMs`: what the asker has not read. */
  | { kind: 'summary'; room: RoomNumber; after: number; sinceMs: number }
  | { kind: 'translation'; room: RoomNumber; sequence: Sequence; language: string }
  | { kind: 'search'; question: string };

/** An assistant as it is asked. */
export interface Speaker {
  user: UserRecord;
  /** What the operator tells it. */
  prompt: string;
}

/** What a model is given. */
export interface Prompt {
  system: string;
  user: string;
  /** Estimated, rather too many. */
  tokens: number;
  /**
   * What the answer may cite: as the prompt names messages, `#garden/12`. Whatever else looks like one stays text.
   */
  sources: ReadonlySet<string>;
}

/** Made anew for each attempt, by what the asker and the assistant may see at that moment [PROMPT-1]. */
export interface Prompts {
  /** Throws SottoError where the task is not allowed, or no longer, or there is nothing to tell of. */
  build(asker: UserRecord, speaker: Speaker, task: Task): Promise<Prompt>;
}
