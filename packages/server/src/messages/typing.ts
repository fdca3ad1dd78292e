/** Who is writing at the moment: told to those who follow the room, never kept [TYPING-1]. */
import { type RoomNumber, roomStream, TYPING_MAX_FOLLOWERS, type UserNumber } from '@sotto/model';
import { type Clock, encode, PROTOCOL_VERSIONS, SottoError } from '@sotto/protocol';
import type { FollowerSink } from '../events/follower.ts';
import type { EventLog } from '../events/log.ts';
import type { Actor } from '../rooms/changes.ts';
import { peerOf } from '../rooms/direct.ts';
import { authorize, type RoomDirectory } from '../rooms/directory.ts';

/** What one connection says of one room in less than this is heard once. */
const AT_MOST_EVERY_MS = 1_000;
/** Rooms in which one connection may be writing at once; more than people do. */
const ROOMS_MAX = 16;

export interface TypingOptions {
  log: Pick<EventLog, 'sinks'>;
  directory: RoomDirectory;
  /** Whether the other one of a direct room hears the user: not where it has blocked them [BLOCK-1]. */
  mayWriteTo: (sender: UserNumber, recipient: UserNumber) => Promise<boolean>;
  clock: Clock;
}

export class Typing {
  readonly #options: TypingOptions;
  /** When each connection was last heard, by room; the earliest first. */
  readonly #heard = new WeakMap<Actor, Map<RoomNumber, number>>();

  constructor(options: TypingOptions) {
    this.#options = options;
  }

  /** What may not be said is not heard: nobody waits for an answer. Rooms that memory does not hold have no followers. */
  async typing(actor: Actor, room: RoomNumber, thread: number): Promise<void> {
    const { directory, mayWriteTo, clock } = this.#options;
    const state = directory.cached(room);
    try {
      authorize(state, actor.user, 'send', clock.now());
    } catch (refusal) {
      if (refusal instanceof SottoError) return;
      throw refusal;
    }
    if (!this.#take(actor, room, clock.now())) return;
    const { number } = actor.user;
    const other = peerOf(state.record, number);
    if (other === undefined || (await mayWriteTo(number, other))) this.#tell(number, room, thread);
  }

  #tell(number: UserNumber, room: RoomNumber, thread: number): void {
    const sinks = followersOf(this.#options.log.sinks(roomStream(room)));
    if (sinks === undefined) return;
    const others = sinks.filter(({ user }) => user !== number);
    if (others.length === 0) return;
    const frame = encode(PROTOCOL_VERSIONS[0] ?? 1, 'typingUpdate', 0, { room, thread, user: number });
    for (const sink of others) sink.writeUnreliable(frame);
  }

  #take(actor: Actor, room: RoomNumber, nowMs: number): boolean {
    const heard = this.#heard.get(actor) ?? new Map<RoomNumber, number>();
    this.#heard.set(actor, heard);
    for (const [earlier, atMs] of heard) {
      if (nowMs - atMs < AT_MOST_EVERY_MS) break;
      heard.delete(earlier);
    }
    if (heard.has(room) || heard.size >= ROOMS_MAX) return false;
    heard.set(room, nowMs);
    return true;
  }
}

/** Undefined where there are too many. */
function followersOf(sinks: Iterable<FollowerSink>): FollowerSink[] | undefined {
  const some: FollowerSink[] = [];
  for (const sink of sinks) if (some.push(sink) > TYPING_MAX_FOLLOWERS) return undefined;
  return some;
}
