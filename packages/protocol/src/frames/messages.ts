/** What is done to messages, and ways to find them (message.proto). */
import * as schema from '@sotto/schema';
import { FrameType } from '@sotto/schema';
import { CHAT_LANE } from '../frame.ts';
import { frame, LOGGED_IN } from './definition.ts';

export const messagesFrames = {
  changeMessage: frame(FrameType.CHANGE_MESSAGE, schema.ChangeMessageSchema, {
    from: 'client',
    states: LOGGED_IN,
    lane: CHAT_LANE,
    reply: 'messageAccepted',
  }),
  readThread: frame(FrameType.READ_THREAD, schema.ReadThreadSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'historyPage',
  }),
  readRevisions: frame(FrameType.READ_REVISIONS, schema.ReadRevisionsSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'historyPage',
  }),
  readPins: frame(FrameType.READ_PINS, schema.ReadPinsSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'historyPage',
  }),
  readReactions: frame(FrameType.READ_REACTIONS, schema.ReadReactionsSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'reactionList',
  }),
  reactionList: frame(FrameType.REACTION_LIST, schema.ReactionListSchema, {
    from: 'server',
    states: LOGGED_IN,
  }),
  readMentions: frame(FrameType.READ_MENTIONS, schema.ReadMentionsSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'messagePage',
  }),
  searchMessages: frame(FrameType.SEARCH_MESSAGES, schema.SearchMessagesSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'messagePage',
  }),
  messagePage: frame(FrameType.MESSAGE_PAGE, schema.MessagePageSchema, {
    from: 'server',
    states: LOGGED_IN,
    lane: CHAT_LANE,
  }),
  readUnread: frame(FrameType.READ_UNREAD, schema.ReadUnreadSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'unreadCounts',
  }),
  unreadCounts: frame(FrameType.UNREAD_COUNTS, schema.UnreadCountsSchema, {
    from: 'server',
    states: LOGGED_IN,
  }),
  typing: frame(FrameType.TYPING, schema.TypingSchema, { from: 'client', states: LOGGED_IN }),
  typingUpdate: frame(FrameType.TYPING_UPDATE, schema.TypingUpdateSchema, {
    from: 'server',
    states: LOGGED_IN,
  }),
} as const;
