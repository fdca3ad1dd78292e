/** Following and paging streams (event.proto). */
import * as schema from '@sotto/schema';
import { FrameType } from '@sotto/schema';
import { CHAT_LANE } from '../frame.ts';
import { frame, LOGGED_IN } from './definition.ts';

export const streamsFrames = {
  subscribe: frame(FrameType.SUBSCRIBE, schema.SubscribeSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'subscribed',
  }),
  subscribed: frame(FrameType.SUBSCRIBED, schema.SubscribedSchema, { from: 'server', states: LOGGED_IN }),
  unsubscribe: frame(FrameType.UNSUBSCRIBE, schema.UnsubscribeSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'done',
  }),
  event: frame(FrameType.EVENT, schema.EventSchema, { from: 'server', states: LOGGED_IN, lane: CHAT_LANE }),
  readHistory: frame(FrameType.READ_HISTORY, schema.ReadHistorySchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'historyPage',
  }),
  historyPage: frame(FrameType.HISTORY_PAGE, schema.HistoryPageSchema, {
    from: 'server',
    states: LOGGED_IN,
    lane: CHAT_LANE,
  }),
  acknowledge: frame(FrameType.ACKNOWLEDGE, schema.AcknowledgeSchema, { from: 'client', states: LOGGED_IN }),
  readReceipts: frame(FrameType.READ_RECEIPTS, schema.ReadReceiptsSchema, {
    from: 'client',
    states: LOGGED_IN,
    lane: CHAT_LANE,
    reply: 'receipts',
  }),
  receipts: frame(FrameType.RECEIPTS, schema.ReceiptsSchema, {
    from: 'server',
    states: LOGGED_IN,
    lane: CHAT_LANE,
  }),
} as const;
