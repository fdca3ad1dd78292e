/** Following streams, paging them, acknowledging (M5, M6). */
import { PAGE_MAX, type Sequence, type StreamId, SUBSCRIPTIONS_MAX, streamOwner } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { type Cursor, ErrorCode } from '@sotto/schema';
import type { UserRecord } from '../../accounts/store.ts';
import type { Follower } from '../../events/follower.ts';
import { toMessage } from '../../events/frames.ts';
import type { EventLog } from '../../events/log.ts';
import { authorize, type RoomDirectory, standing } from '../../rooms/directory.ts';
import type { Receipts } from '../../rooms/receipts.ts';
import type { ClientConnection } from '../connection.ts';
import type { HandlersOf } from './types.ts';

export interface StreamServices {
  log: EventLog;
  directory: RoomDirectory;
  receipts: Receipts;
  /** Of the log. */
  incarnation: string;
  now: () => number;
}

type StreamFrames = 'subscribe' | 'unsubscribe' | 'readHistory' | 'acknowledge';

/** A page stops here even where fewer events than asked for fit. */
const PAGE_MAX_BYTES = 96 * 1024;

export function streamHandlers({
  log,
  directory,
  receipts,
  incarnation,
  now,
}: StreamServices): HandlersOf<StreamFrames> {
  async function authorizeRead(stream: number, user: UserRecord): Promise<StreamId> {
    const owner = streamOwner(stream);
    if (owner?.kind === 'room') authorize(await directory.find(owner.room), user, 'read', now());
    else if (owner?.kind !== 'inbox' || owner.user !== user.number)
      throw new SottoError(ErrorCode.NOT_FOUND, `stream ${stream}`);
    return stream as StreamId;
  }

  async function checkCursor({ stream, after }: Cursor, user: UserRecord) {
    const id = await authorizeRead(stream, user);
    const { head, firstKept } = await log.state(id);
    if (after > head)
      throw new SottoError(ErrorCode.CURSOR_INVALID, `${after} in stream ${stream}, whose head is ${head}`);
    return { stream: id, after: after as Sequence, head, firstKept };
  }

  function stillMember({ principal }: ClientConnection, stream: StreamId): boolean {
    const owner = streamOwner(stream);
    if (owner?.kind !== 'room') return true;
    const state = directory.cached(owner.room);
    return state === undefined || standing(state, principal.user) !== 'none';
  }

  /** In the connection's list, and pumped by nobody before the answer has left. */
  async function follow(connection: ClientConnection, stream: StreamId, after: Sequence): Promise<Follower> {
    const follower = await log.follow(stream, after, connection);
    // The connection may have closed, or its user left the room, while the stream was opened.
    if (!connection.open || !stillMember(connection, stream)) {
      log.unfollow(follower);
    } else {
      const earlier = connection.addFollower(follower);
      if (earlier !== undefined) log.unfollow(earlier);
    }
    return follower;
  }

  return {
    async subscribe(connection, { logIncarnation, cursors: given }, afterAnswer) {
      if (logIncarnation !== '' && logIncarnation !== incarnation)
        throw new SottoError(ErrorCode.LOG_REPLACED);
      const { user } = connection.principal;
      const cursors = [...new Map(given.map((cursor) => [cursor.stream, cursor])).values()];
      const wanted = new Set([...connection.followers.keys(), ...cursors.map(({ stream }) => stream)]);
      if (wanted.size > SUBSCRIPTIONS_MAX + 1)
        throw new SottoError(ErrorCode.LIMIT_REACHED, `${wanted.size} streams`);
      const checked = await Promise.all(cursors.map((cursor) => checkCursor(cursor, user)));
      const followers = await Promise.all(
        checked.map(({ stream, after }) => follow(connection, stream, after)),
      ).catch((error) => {
        connection.failed();
        throw error;
      });
      // So that the client knows where each stream stands when its events come.
      afterAnswer(() => {
        for (const follower of followers) follower.start();
      });
      return { heads: checked.map(({ stream, head, firstKept }) => ({ stream, head, firstKept })) };
    },

    async unsubscribe(connection, { streams }) {
      for (const stream of streams) {
        const follower = connection.removeFollower(stream as StreamId);
        if (follower !== undefined) log.unfollow(follower);
      }
      return {};
    },

    async readHistory({ principal }, { stream, before, limit }) {
      const id = await authorizeRead(stream, principal.user);
      const count = limit === 0 ? PAGE_MAX : Math.min(limit, PAGE_MAX);
      const [events, { head, firstKept }] = await Promise.all([
        log.readBefore(id, before as Sequence, count),
        log.state(id),
      ]);
      return { stream, events: newestWithin(events.map(toMessage), PAGE_MAX_BYTES), head, firstKept };
    },

    async acknowledge(connection, { progress }) {
      const { user, device } = connection.principal;
      for (const { stream, delivered, read } of progress) {
        const follower = connection.followers.get(stream as StreamId);
        if (follower === undefined) continue;
        const furthest = Math.max(delivered, read);
        if (furthest > follower.head)
          throw new SottoError(ErrorCode.CURSOR_INVALID, `${furthest} in stream ${stream}`);
        receipts.record({
          stream: follower.stream,
          user: user.number,
          device,
          delivered: delivered as Sequence,
          read: read as Sequence,
        });
      }
      return undefined;
    },
  };
}

/** The last of `events` whose contents together fit, at least one. */
function newestWithin<T extends { content: Uint8Array }>(events: readonly T[], maxBytes: number): T[] {
  let bytes = 0;
  let first = events.length;
  while (first > 0) {
    bytes += (events[first - 1]?.content.length ?? 0) + ENVELOPE_BYTES;
    if (bytes > maxBytes && first < events.length) break;
    first--;
  }
  return events.slice(first);
}

/** An envelope without content, rounded up. */
const ENVELOPE_BYTES = 128;
