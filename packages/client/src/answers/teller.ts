/** Tells those who listen to events of answers: by names that are known, and of an end after its message [ANSWERS-1]. */
import { roomStream, type Sequence, type StreamId, type UserNumber } from '@sotto/model';
import type { Clock } from '@sotto/protocol';
import type { People } from '../sync/people.ts';
import type { Rooms } from '../sync/rooms.ts';
import type { Answer, ClientEvent } from '../types.ts';
import type { Tracked } from './tracked.ts';

/** So long is waited for a message that is on its way. */
export const MESSAGE_COMES_MS = 5_000;

export interface TellerOptions {
  clock: Clock;
  people: People;
  rooms: Rooms;
  isBlocked(user: UserNumber): boolean;
  me(): UserNumber | undefined;
  publish(event: ClientEvent): void;
  /** Whoever listens is far behind: what is replaced by the next text anyway is left out. */
  isBehind(): boolean;
}

export class Teller {
  readonly #options: TellerOptions;
  /** The last event of each room that callers were told. */
  readonly #happenedUpTo = new Map<StreamId, Sequence>();

  constructor(options: TellerOptions) {
    this.#options = options;
  }

  happened(stream: StreamId, sequence: Sequence): void {
    this.#happenedUpTo.set(stream, sequence);
  }

  left(stream: StreamId): void {
    this.#happenedUpTo.delete(stream);
  }

  clear(): void {
    this.#happenedUpTo.clear();
  }

  describe(tracked: Tracked): Answer {
    const { people, rooms } = this.#options;
    const { id, assistant, asker, roomNumber, question, thread, state } = tracked;
    if (roomNumber > 0) tracked.room = rooms.get(roomStream(roomNumber)) ?? tracked.room;
    const { room } = tracked;
    return {
      id,
      assistant: people.named(assistant),
      asker: people.named(asker),
      room,
      question,
      thread,
      state,
    };
  }

  isTold({ assistant, asker, isHeld, roomNumber, state }: Tracked): boolean {
    const { rooms, isBlocked, me } = this.#options;
    const isRoomKnown = roomNumber === 0 || rooms.has(roomStream(roomNumber));
    // Why a question failed its asker is told wherever they are by then.
    const isWhy = state.kind === 'failed' && asker === me();
    return isHeld || ((isRoomKnown || isWhy) && !isBlocked(assistant));
  }

  tell(tracked: Tracked): void {
    const { people, publish, isBehind, clock } = this.#options;
    if (tracked.hasEnded) tracked.endedAtMs ??= clock.now();
    if (tracked.isNaming || tracked.toldVersion === tracked.version || !this.isTold(tracked)) return;
    if (this.#awaitsMessage(tracked)) return;
    const users = [tracked.assistant, tracked.asker];
    if (users.some((user) => people.get(user) === undefined)) {
      this.#name(tracked, users);
      return;
    }
    if (tracked.state.kind === 'writing' && isBehind()) return;
    tracked.toldVersion = tracked.version;
    publish({ kind: 'answer', answer: this.describe(tracked) });
  }

  #name(tracked: Tracked, users: readonly number[]): void {
    tracked.isNaming = true;
    const named = (isKnown: boolean) => {
      tracked.isNaming = false;
      if (isKnown) this.tell(tracked);
    };
    this.#options.people.ensure(users).then(
      () => named(true),
      () => named(false),
    );
  }

  /** The end is told after the message that it became. */
  #awaitsMessage({ state, roomNumber, endedAtMs = 0 }: Tracked): boolean {
    if (!('sequence' in state) || state.sequence === undefined) return false;
    const happened = this.#happenedUpTo.get(roomStream(roomNumber)) ?? 0;
    return happened < state.sequence && this.#options.clock.now() < endedAtMs + MESSAGE_COMES_MS;
  }
}
