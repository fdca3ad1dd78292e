import type { FindRequest, SearchFor } from '@sotto/app/commands';
import type { JoinedRoom, MessagePage, MessageView, Recipient } from '@sotto/client';
import { SEARCH_PAGE_MAX, type Sequence } from '@sotto/model';
import { type Context, messageMeant, noteMessage, roomMeant } from '../context.ts';
import type { Reply } from '../reply.ts';

/** Hits, mentions and unread messages at a time; messages before and after one. */
const SHOWN = 20;
/** Events that are looked through for messages at most, for one answer. */
const PAGES_MAX = 20;

export async function find(context: Context, request: FindRequest): Promise<Reply> {
  switch (request.kind) {
    case 'history':
      return history(context, roomMeant(context, request.of), request.limit);
    case 'context':
      return around(context, request.message);
    case 'search':
      return paged(context, 'search', search(context, request.search));
    case 'mentions':
      return paged(context, 'mentions', (cursor) => context.client.mentions({ limit: SHOWN, ...cursor }));
    case 'unread':
      return request.of === undefined
        ? { kind: 'unreadRooms', rooms: context.client.unreadRooms }
        : unread(context, roomMeant(context, request.of));
    case 'next':
      return context.next?.() ?? { kind: 'end' };
  }
}

async function history(context: Context, room: JoinedRoom, limit: number, from?: Sequence): Promise<Reply> {
  const { client } = context;
  let messages: readonly MessageView[] = [];
  let before = from;
  let hasBefore = true;
  for (let pages = 0; hasBefore && messages.length < limit && pages < PAGES_MAX; pages++) {
    const page = await client.messages(room.number, before === undefined ? { limit } : { before, limit });
    messages = [...page.messages, ...messages];
    hasBefore = page.hasBefore && page.first !== undefined;
    before = page.first ?? before;
  }
  const cut = messages.length > limit;
  const shown = messages.slice(-limit);
  const oldest = cut ? shown[0]?.sequence : before;
  noteAll(context, shown);
  const more = hasBefore || cut;
  context.next = more && oldest !== undefined ? () => history(context, room, limit, oldest) : undefined;
  return { kind: 'history', room, messages: shown, hasBefore: more };
}

async function around(
  context: Context,
  ref: Extract<FindRequest, { kind: 'context' }>['message'],
): Promise<Reply> {
  const { room, sequence } = await messageMeant(context, ref);
  const { messages } = await context.client.messages(room.number, { around: sequence, limit: SHOWN });
  noteAll(context, messages);
  return { kind: 'context', room, sequence, messages };
}

function search(context: Context, wanted: SearchFor): (cursor: { cursor?: string }) => Promise<MessagePage> {
  const { query, in: conversations, since, until, hasLink, hasFile } = wanted;
  const rooms = conversations.map((conversation) => roomMeant(context, conversation).number);
  const from: readonly Recipient[] = wanted.from;
  const options = {
    limit: Math.min(SHOWN, SEARCH_PAGE_MAX),
    ...(rooms.length > 0 && { rooms }),
    ...(from.length > 0 && { from }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(hasLink && { hasLink }),
    ...(hasFile && { hasFile }),
  };
  return (cursor) => context.client.search(query, { ...options, ...cursor });
}

async function paged(
  context: Context,
  kind: 'search' | 'mentions',
  load: (cursor: { cursor?: string }) => Promise<MessagePage>,
  cursor: { cursor?: string } = {},
): Promise<Reply> {
  const { messages, next } = await load(cursor);
  noteAll(context, messages);
  context.next = next === undefined ? undefined : () => paged(context, kind, load, { cursor: next });
  return { kind, messages, more: next !== undefined };
}

/** From the first unread message on; what is shown counts as read. */
async function unread(context: Context, room: JoinedRoom, after = room.read): Promise<Reply> {
  const { client } = context;
  const page = await client.messages(room.number, { after, limit: SHOWN });
  const { messages, hasAfter, last } = page;
  noteAll(context, messages);
  if (last !== undefined) client.markRead(room.number, last);
  const more = hasAfter && last !== undefined;
  context.next = more ? () => unread(context, room, last) : undefined;
  return { kind: 'unreadMessages', room, messages, more };
}

function noteAll({ seen }: Context, messages: readonly MessageView[]): void {
  for (const message of messages) noteMessage(seen, message);
}
