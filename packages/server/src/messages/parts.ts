/** Puts together what does things with messages. */
import type { StreamId, UserNumber } from '@sotto/model';
import type { Clock, Random } from '@sotto/protocol';
import type { EventLog } from '../events/log.ts';
import type { EventStore } from '../events/store.ts';
import type { DirectRooms } from '../rooms/direct.ts';
import type { RoomDirectory } from '../rooms/directory.ts';
import type { ReceiptRecord, RoomStore } from '../rooms/store.ts';
import type { UserDirectory } from '../rooms/users.ts';
import { BroadcastLimit } from './broadcast-limit.ts';
import { MessageChanges } from './changes.ts';
import { History } from './history.ts';
import { MentionInbox } from './mention-inbox.ts';
import { Mentions } from './mentions.ts';
import { Messages } from './messages.ts';
import { ActorOrder } from './order.ts';
import { ReceiptReading } from './receipt-reading.ts';
import { Receipts } from './receipts.ts';
import { SentBefore } from './sent-before.ts';
import { SlowMode } from './slow-mode.ts';
import type { MessageStore } from './store.ts';
import { Targets } from './targets.ts';
import { Typing } from './typing.ts';
import { Unread, type UnreadOptions } from './unread.ts';

export interface MessagePartsOptions {
  events: EventStore;
  messages: MessageStore;
  rooms: Pick<RoomStore, 'saveProgress' | 'receipts' | 'memberCount'>;
  directory: RoomDirectory;
  direct: DirectRooms;
  users: UserDirectory;
  online: (user: UserNumber) => boolean;
  /** Whether somebody hears another directly: they may have blocked the other [BLOCK-1]. */
  mayWriteTo: (sender: UserNumber, recipient: UserNumber) => Promise<boolean>;
  pushUnread: UnreadOptions['push'];
  pushReceipts: (stream: StreamId, receipts: readonly ReceiptRecord[]) => void;
  log: EventLog;
  clock: Clock;
  random: Random;
  onFailure: (failure: unknown) => void;
}

export function createMessageParts(options: MessagePartsOptions) {
  const { messages: store, rooms, users, directory, log, clock, onFailure } = options;
  const order = new ActorOrder();
  const mentions = new Mentions(users);
  const targets = new Targets(options);
  const shared = { ...options, order, mentions, targets };
  const history = new History(shared);
  const unread = new Unread({ store, log, push: options.pushUnread, onFailure });
  return {
    messages: new Messages({ ...shared, broadcasts: new BroadcastLimit(clock), slowMode: new SlowMode() }),
    sentBefore: new SentBefore(shared),
    changes: new MessageChanges(shared),
    history,
    targets,
    mentions: new MentionInbox({ ...shared, history }),
    unread,
    receipts: new Receipts({
      store: rooms,
      clock,
      onFailure,
      push: options.pushReceipts,
      moved: (moves) => unread.moved(moves),
    }),
    receiptReading: new ReceiptReading({ store: rooms, users, directory, history }),
    typing: new Typing({ log, directory, mayWriteTo: options.mayWriteTo, clock }),
  };
}
