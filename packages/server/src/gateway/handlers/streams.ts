/** Following streams, paging them, acknowledging (M5, M6). */
import { type Sequence, type StreamId, SUBSCRIPTIONS_MAX } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { type Cursor, ErrorCode } from '@sotto/schema';
import type { UserRecord } from '../../accounts/store.ts';
import type { Follower } from '../../events/follower.ts';
import type { EventLog } from '../../events/log.ts';
import type { History } from '../../messages/history.ts';
import type { ReceiptReading } from '../../messages/receipt-reading.ts';
import type { Receipts } from '../../messages/receipts.ts';
import type { ClientConnection } from '../connection.ts';
import { describePage } from './message-changes.ts';
import type { HandlersOf } from './types.ts';

export interface StreamServices {
  log: EventLog;
  history: History;
  receipts: Receipts;
  receiptReading: ReceiptReading;
  /** Of the log. */
  incarnation: string;
}

type StreamFrames = 'subscribe' | 'unsubscribe' | 'readHistory' | 'acknowledge' | 'readReceipts';

export function streamHandlers({
  log,
  history,
  receipts,
  receiptReading,
  incarnation,
}: StreamServices): HandlersOf<StreamFrames> {
  /** Furthest read cursor that each was told. */
  const readBy = new WeakMap<Follower, number>();

  async function checkCursor({ stream, after }: Cursor, user: UserRecord) {
    const { stream: id, first } = await history.open(stream, user);
    const { head, firstKept } = await log.state(id);
    if (after > head)
      throw new SottoError(ErrorCode.CURSOR_INVALID, `${after} in stream ${stream}, whose head is ${head}`);
    const from = Math.max(first, firstKept) as Sequence;
    return { stream: id, after: Math.max(after, from - 1) as Sequence, head, firstKept: from };
  }

  /**
   * In the connection's list, and pumped by nobody before the answer has left. The right is asked for again once the log
   * would tell of its end [CUT-1]: whoever left meanwhile follows nothing.
   */
  async function follow(connection: ClientConnection, stream: StreamId, after: Sequence): Promise<Follower> {
    const follower = await log.follow(stream, after, connection);
    const opened = await history.open(stream, connection.principal.user).catch(unlessHidden);
    if (!connection.open || opened === undefined || follower.stopped) {
      log.unfollow(follower);
      return follower;
    }
    follower.raise((opened.first - 1) as Sequence);
    const earlier = connection.addFollower(follower);
    if (earlier !== undefined) log.unfollow(earlier);
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

    async readHistory({ principal }, { stream, ...range }) {
      return describePage(await history.read(principal.user, stream, range));
    },

    async readReceipts({ principal }, { stream }) {
      const found = await receiptReading.read(principal.user, stream);
      return { stream: found.stream, receipts: [...found.receipts] };
    },

    async acknowledge(connection, { progress }) {
      const { user, device } = connection.principal;
      for (const { stream, delivered, read } of progress) {
        const follower = connection.followers.get(stream as StreamId);
        if (follower === undefined) continue;
        const furthest = Math.max(delivered, read);
        if (furthest > follower.head)
          throw new SottoError(ErrorCode.CURSOR_INVALID, `${furthest} in stream ${stream}`);
        const hasRead = read > (readBy.get(follower) ?? 0);
        if (hasRead) readBy.set(follower, read);
        receipts.record(
          {
            stream: follower.stream,
            user: user.number,
            device,
            delivered: delivered as Sequence,
            read: read as Sequence,
          },
          hasRead,
        );
      }
      return undefined;
    },
  };
}

function unlessHidden(error: unknown): undefined {
  if (!(error instanceof SottoError)) throw error;
}
