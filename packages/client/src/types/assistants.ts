/** Assistants: accounts that a language model speaks for. */
import type { Sequence } from '@sotto/model';
import type { SottoError } from '@sotto/protocol';
import type { RoomSendOptions, Sent } from './messages.ts';
import type { Person, Recipient } from './people.ts';
import type { Room, RoomName } from './rooms.ts';

export interface AssistantArea {
  /** The one that is meant where none is named comes first; none where the server has none. */
  list(): Promise<AssistantsReport>;
  /**
   * Asks in the room by a message that mentions the assistant; the answer is a message there. Resolves like `send`. Rejects
   * with ASSISTANT_OFF where there is none.
   */
  ask(room: RoomName, question: string, options?: AskOptions & RoomSendOptions): Promise<Sent>;
  /** Of what was said in the room since a moment or after a message; with neither, of what is unread. */
  summarize(room: RoomName, options?: AskOptions & SummaryOptions): Promise<PrivateAnswer>;
  translate(
    room: RoomName,
    message: Sequence,
    language: string,
    options?: AskOptions,
  ): Promise<PrivateAnswer>;
  /** A question about all rooms that this account and the assistant are in. */
  search(question: string, options?: AskOptions): Promise<PrivateAnswer>;
  /** Whose answers `answer` events tell of while they are written, beside those to this account's questions; at most 16. */
  watch(rooms: readonly RoomName[]): Promise<readonly Answer[]>;
  /** By its asker, or a moderator. */
  stop(answer: number): Promise<void>;
}

export interface AskOptions {
  /** Left out: the first of the list. */
  assistant?: Recipient;
}

export interface SummaryOptions {
  after?: Sequence;
  since?: Date;
}

export interface AssistantsReport {
  assistants: readonly AssistantInfo[];
  /** What this account may still ask for until `renewedAt`; undefined where nothing limits it. */
  requestsLeft: number | undefined;
  tokensLeft: number | undefined;
  renewedAt: Date;
}

export interface AssistantInfo {
  person: Person;
  state: 'ready' | 'unreachable' | 'disabled';
  /** Answers being written, and questions that wait. */
  writing: number;
  waiting: number;
  /** For administrators. */
  model: string | undefined;
  requestsToday: number;
  tokensToday: number;
}

/** An answer on its way. The next one of the same `id` replaces it. */
export interface Answer {
  id: number;
  assistant: Person;
  asker: Person;
  /** Where it was asked, or what it is about; undefined for a search, and of a room that this account is not in. */
  room: Room | undefined;
  /** The message that it answers; undefined where only this account is told. */
  question: Sequence | undefined;
  thread: Sequence | undefined;
  state: AnswerState;
}

export type AnswerState =
  /** Its place in the queue, from 1. */
  | { kind: 'waiting'; place: number }
  /** All that was written so far. */
  | { kind: 'writing'; text: string }
  /** `sequence`: the message that it became. `text`: where only this account is told. */
  | { kind: 'done' | 'stopped' | 'cutOff'; sequence: Sequence | undefined; text: string | undefined }
  /** Others than the asker hear no reason: ASSISTANT_UNAVAILABLE. */
  | { kind: 'failed'; error: SottoError };

/** What only this account is told. Nothing of it is kept. */
export interface PrivateAnswer {
  readonly id: number;
  /** As it is now. */
  readonly answer: Answer;
  /** Each state, until one is an end; what comes while nobody asks is one. Throws where the client ends before. */
  updates(signal?: AbortSignal): AsyncIterable<Answer>;
  /** The whole text; what there is of it, perhaps nothing, where it was stopped. Rejects with why there is none. */
  text(signal?: AbortSignal): Promise<string>;
  stop(): Promise<void>;
}
