/**
 * Tells connections of answers that are not messages yet [REPLY-5]. What is told is encoded once; who may hear it is judged each time. Pieces go to
 * connections that keep up, and nothing waits for the others; ends wait for the message that they name, for a while.
 */
import { type RoomNumber, roomStream } from '@sotto/model';
import { type Clock, encode, PROTOCOL_VERSIONS } from '@sotto/protocol';
import type { AnswerHead, AnswerNews } from '../assistants/answers/answer.ts';
import { mayHear } from '../assistants/answers/rights.ts';
import type { Audience } from '../assistants/answers/telling.ts';
import type { RoomDirectory } from '../rooms/directory.ts';
import type { ClientConnection } from './connection.ts';
import type { Connections } from './connections.ts';
import { describeAnswer } from './handlers/answers.ts';

/** How often it is looked whether an end can be told, and for how long. */
const LOOK_AGAIN_MS = 200;
const OWED_FOR_MS = 30_000;
/** Ends that one connection is owed; the oldest are given up. */
const OWED_MAX = 64;

export interface AnswerPushesOptions {
  connections: Connections;
  directory: RoomDirectory;
  clock: Clock;
}

/** An end that a connection could not be told yet. */
interface Owed {
  frame: Uint8Array;
  head: AnswerHead;
  sequence: number;
  untilMs: number;
}

export class AnswerPushes {
  readonly #options: AnswerPushesOptions;
  readonly #rooms = new Map<RoomNumber, Set<ClientConnection>>();
  readonly #watched = new Map<ClientConnection, readonly RoomNumber[]>();
  readonly #owed = new Map<ClientConnection, Owed[]>();
  #cancel: (() => void) | undefined;

  constructor(options: AnswerPushesOptions) {
    this.#options = options;
  }

  /** Replaces what the connection watches. */
  watch(connection: ClientConnection, rooms: readonly RoomNumber[]): void {
    this.#unwatch(connection);
    if (!connection.open || rooms.length === 0) return;
    this.#watched.set(connection, rooms);
    for (const room of rooms)
      this.#rooms.set(room, (this.#rooms.get(room) ?? new Set<ClientConnection>()).add(connection));
  }

  closed(connection: ClientConnection): void {
    this.#unwatch(connection);
    this.#owed.delete(connection);
  }

  tell(head: AnswerHead, news: AnswerNews, to: Audience): void {
    const frames: Partial<Record<'asker' | 'others', Uint8Array>> = {};
    const sequence = 'sequence' in news ? news.sequence : 0;
    const isEnd = news.kind !== 'waiting' && news.kind !== 'writing';
    for (const connection of this.#hearers(head, to, isEnd)) {
      const whose = connection.user === head.asker ? 'asker' : 'others';
      frames[whose] ??= frameOf(head, news, whose === 'asker');
      const owed = { frame: frames[whose], head, sequence, untilMs: this.#now + OWED_FOR_MS };
      if (!this.#hand(connection, owed) && isEnd) this.#owe(connection, owed);
    }
  }

  /** All that may hear of it at this moment; that it ended concerns the asker wherever they are. */
  *#hearers(head: AnswerHead, to: Audience, isEnd: boolean): Iterable<ClientConnection> {
    const { connections } = this.#options;
    if (head.session !== undefined) {
      const connection = connections.ofSession(head.session);
      if (connection?.loggedIn === true) yield connection;
      return;
    }
    const own = connections.ofUser(head.asker);
    for (const connection of own) if (this.#mayHear(connection, head, isEnd)) yield connection;
    if (to === 'asker' || head.room === undefined) return;
    for (const connection of this.#rooms.get(head.room) ?? [])
      if (connection.user !== head.asker && this.#mayHear(connection, head, false)) yield connection;
  }

  #mayHear(connection: ClientConnection, head: AnswerHead, anywhere: boolean): boolean {
    if (!connection.loggedIn || connection.claimed === undefined) return false;
    const { user, scopes } = connection.claimed;
    if (scopes !== undefined && !scopes.includes('read')) return false;
    return anywhere || mayHear(this.#options.directory, user, head);
  }

  /** False where the connection does not keep up, or has not had the message that the end names. */
  #hand(connection: ClientConnection, { frame, head, sequence }: Owed): boolean {
    if (!connection.writable) return false;
    const follower = head.room === undefined ? undefined : connection.followers.get(roomStream(head.room));
    if (follower !== undefined && follower.cursor < sequence) return false;
    connection.write(frame);
    return true;
  }

  #owe(connection: ClientConnection, owed: Owed): void {
    const all = this.#owed.get(connection) ?? [];
    this.#owed.set(connection, all);
    if (all.push(owed) > OWED_MAX) all.shift();
    this.#lookAgain();
  }

  #lookAgain(): void {
    this.#cancel ??= this.#options.clock.after(LOOK_AGAIN_MS, () => {
      this.#cancel = undefined;
      for (const [connection, all] of this.#owed) {
        const left = all.filter((owed) => {
          const isOver = owed.untilMs <= this.#now || !connection.loggedIn;
          return !isOver && !this.#hand(connection, owed);
        });
        if (left.length === 0) this.#owed.delete(connection);
        else this.#owed.set(connection, left);
      }
      if (this.#owed.size > 0) this.#lookAgain();
    });
  }

  #unwatch(connection: ClientConnection): void {
    for (const room of this.#watched.get(connection) ?? []) {
      const watching = this.#rooms.get(room);
      watching?.delete(connection);
      if (watching?.size === 0) this.#rooms.delete(room);
    }
    this.#watched.delete(connection);
  }

  /** What the connection is told of beside its user's own. */
  watches(connection: ClientConnection, room: RoomNumber | undefined): boolean {
    return room !== undefined && (this.#rooms.get(room)?.has(connection) ?? false);
  }

  stop(): void {
    this.#cancel?.();
    this.#owed.clear();
  }

  get #now(): number {
    return this.#options.clock.now();
  }
}

function frameOf(head: AnswerHead, news: AnswerNews, forAsker: boolean): Uint8Array {
  const answer = describeAnswer(head, news, forAsker);
  return encode(PROTOCOL_VERSIONS[0] ?? 1, 'answerUpdate', 0, { answer });
}
