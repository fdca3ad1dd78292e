/**
 * Notices messages that ask an assistant, by watching what is committed [ASK-1]: nobody who sends waits for it, and whatever
 * way a message came in by, it asks alike. A message that has nothing to do with assistants costs a look or two into memory.
 */
import {
  LOBBY,
  type RoomNumber,
  roomStream,
  type Sequence,
  streamOwner,
  type UserNumber,
} from '@sotto/model';
import type { Clock } from '@sotto/protocol';
import { EventKind } from '@sotto/schema';
import { readContent } from '../../events/content.ts';
import type { Append, AppendResult, EventStore, NewEvent } from '../../events/store.ts';
import { peerOf } from '../../rooms/direct.ts';
import type { RoomDirectory } from '../../rooms/directory.ts';
import type { Asked } from './answer.ts';

/** Messages that may ask somebody and are not looked at yet; more come only in a flood, which is not answered. */
const LOOKED_AT_MAX = 10_000;

export interface QuestionsOptions {
  directory: RoomDirectory;
  events: Pick<EventStore, 'events'>;
  clock: Clock;
  onFailure: (failure: unknown) => void;
}

export interface QuestionListener {
  /** Those that are not deleted; asked for each message. */
  assistants: () => readonly UserNumber[];
  isAssistant: (user: UserNumber) => boolean;
  asked: (asked: Asked) => void;
  deleted: (room: RoomNumber, sequence: number) => void;
}

/** A message that may ask somebody. */
interface Candidate {
  room: RoomNumber;
  sequence: Sequence;
  sender: UserNumber;
  relatesTo: number;
  thread: number;
  mentioned: readonly UserNumber[];
}

export class Questions {
  readonly #options: QuestionsOptions;
  #listener: QuestionListener | undefined;
  #candidates: Candidate[] = [];
  #running: Promise<void> = Promise.resolve();
  #cancel: (() => void) | undefined;

  constructor(options: QuestionsOptions) {
    this.#options = options;
  }

  /** The same store, which tells this of what was committed. */
  watched(events: EventStore): EventStore {
    return {
      ...events,
      append: async (batch) => {
        const results = await events.append(batch);
        try {
          if (this.#listener !== undefined) this.#look(batch, results, this.#listener);
        } catch (failure) {
          // What was committed was committed.
          this.#options.onFailure(failure);
        }
        return results;
      },
    };
  }

  begin(listener: QuestionListener): void {
    this.#listener = listener;
  }

  /** Takes no more questions. */
  stop(): void {
    this.#listener = undefined;
    this.#candidates = [];
    this.#cancel?.();
  }

  #look(batch: readonly Append[], results: readonly AppendResult[], listener: QuestionListener): void {
    const assistants = listener.assistants();
    if (assistants.length === 0) return;
    for (const [place, append] of batch.entries()) {
      const result = results[place];
      if (result?.kind !== 'appended') continue;
      for (const change of append.changes) {
        const owner = change.kind === 'messageDeleted' ? streamOwner(change.stream) : undefined;
        if (change.kind === 'messageDeleted' && owner?.kind === 'room')
          listener.deleted(owner.room, change.target);
      }
      const candidate = this.#candidate(append, result.sequences[0], assistants);
      if (candidate !== undefined) this.#take(candidate);
    }
  }

  #candidate(
    { events, changes }: Append,
    sequence: Sequence | undefined,
    assistants: readonly UserNumber[],
  ): Candidate | undefined {
    const [event] = events;
    if (event?.kind !== EventKind.MESSAGE || sequence === undefined) return undefined;
    const owner = streamOwner(event.stream);
    if (owner?.kind !== 'room' || assistants.includes(event.sender)) return undefined;
    const { room } = owner;
    const mention = changes.find((change) => change.kind === 'mentioned');
    const mentioned = (mention?.users ?? []).filter((user) => assistants.includes(user));
    if (mentioned.length === 0 && !this.#mayAsk(room, event, assistants)) return undefined;
    if (readContent(event.content).case === 'sealed') return undefined;
    const { sender, relatesTo, thread } = event;
    return { room, sequence, sender, relatesTo, thread, mentioned };
  }

  /** Without naming anybody: in a direct room with one, or by answering one where one is. */
  #mayAsk(room: RoomNumber, event: NewEvent, assistants: readonly UserNumber[]): boolean {
    const state = this.#options.directory.cached(room);
    if (state === undefined) return true;
    const isHere = room === LOBBY || assistants.some((user) => state.members.has(user));
    return isHere && (event.relatesTo > 0 || state.record.kind === 'direct');
  }

  #take(candidate: Candidate): void {
    if (this.#candidates.push(candidate) > LOOKED_AT_MAX) this.#candidates.pop();
    // Followers hear the question before anything of the answer.
    this.#cancel ??= this.#options.clock.after(0, () => {
      this.#cancel = undefined;
      this.#running = this.#running.then(() => this.#askAll());
    });
  }

  async #askAll(): Promise<void> {
    for (let next = this.#candidates.shift(); next !== undefined; next = this.#candidates.shift())
      await this.#ask(next).catch(this.#options.onFailure);
  }

  async #ask(candidate: Candidate): Promise<void> {
    const { room, sequence, sender, thread, mentioned } = candidate;
    const users = new Set(mentioned);
    for (const user of await this.#others(candidate)) users.add(user);
    const task = { kind: 'question' as const, room, sequence, thread };
    for (const assistant of users)
      this.#listener?.asked({ assistant, asker: sender, task, session: undefined });
  }

  /** Who is asked without being named. */
  async #others({ room, sender, relatesTo }: Candidate): Promise<UserNumber[]> {
    const { directory, events } = this.#options;
    const state = await directory.find(room);
    const isAssistant = (user: UserNumber | undefined): user is UserNumber =>
      user !== undefined && (this.#listener?.isAssistant(user) ?? false);
    const peer = state && peerOf(state.record, sender);
    if (isAssistant(peer)) return [peer];
    if (relatesTo === 0) return [];
    const [answered] = await events.events(roomStream(room), [relatesTo as Sequence]);
    return answered?.kind === EventKind.MESSAGE && isAssistant(answered.sender) ? [answered.sender] : [];
  }
}
