import type { MessageRequest } from '@sotto/app/commands';
import type { JoinedRoom, MessageView } from '@sotto/client';
import type { Sequence } from '@sotto/model';
import { type Context, type Found, messageMeant, noteMessage, roomMeant } from '../context.ts';
import type { Deed, Reply } from '../reply.ts';

/** All but those that send. */
export type MessageChange =
  | Exclude<MessageRequest, { kind: 'reply' | 'thread' }>
  | { kind: 'thread'; message: Extract<MessageRequest, { kind: 'thread' }>['message']; text: undefined };

export async function changeMessage(context: Context, request: MessageChange): Promise<Reply> {
  if (request.kind === 'pins') return pins(context, roomMeant(context, request.of));
  const found = await messageMeant(context, request.message);
  const { client } = context;
  const { room, sequence } = found;
  const number = room.number;
  switch (request.kind) {
    case 'edit':
      await client.edit(number, sequence, request.text);
      context.seen.edited(number, sequence, request.text);
      return done({ kind: 'edit', room, sequence });
    case 'delete':
      await client.delete(number, sequence);
      context.seen.deleted(number, sequence);
      return done({ kind: 'delete', room, sequence });
    case 'pin':
      await client.pin(number, sequence);
      return done({ kind: 'pin', room, sequence });
    case 'unpin':
      await client.unpin(number, sequence);
      return done({ kind: 'unpin', room, sequence });
    case 'react':
      await client.react(number, sequence, request.emoji);
      return done({ kind: 'react', room, sequence, emoji: [request.emoji] });
    case 'unreact':
      return unreact(context, found, request.emoji);
    case 'reactions':
      return { kind: 'reactions', room, sequence, reactions: await client.reactions(number, sequence) };
    case 'revisions':
      return { kind: 'revisions', room, sequence, revisions: await client.revisions(number, sequence) };
    case 'thread':
      return thread(context, found);
  }
}

const done = (did: Deed): Reply => ({ kind: 'done', did });

async function unreact(
  { client }: Context,
  { room, sequence }: Found,
  named: string | undefined,
): Promise<Reply> {
  const all = named === undefined ? await client.reactions(room.number, sequence) : [];
  const mine = all.filter(({ person }) => person.number === client.me?.number);
  const emoji = named === undefined ? mine.map((reaction) => reaction.emoji) : [named];
  for (const one of emoji) await client.unreact(room.number, sequence, one);
  return done({ kind: 'unreact', room, sequence, emoji });
}

async function pins({ client, seen }: Context, room: JoinedRoom): Promise<Reply> {
  const messages = await client.pins(room.number);
  for (const message of messages) noteMessage(seen, message);
  return { kind: 'pins', room, messages };
}

async function thread({ client, seen }: Context, { room, sequence }: Found): Promise<Reply> {
  const { messages: around } = await client.messages(room.number, { around: sequence, limit: 1 });
  const root = rootOf(around, sequence);
  const first =
    root === sequence ? around : (await client.messages(room.number, { around: root, limit: 1 })).messages;
  const answers = await client.thread(room.number, root);
  const messages = [...first.filter((message) => message.sequence === root), ...answers];
  for (const message of messages) noteMessage(seen, message);
  return { kind: 'thread', room, sequence: root, messages };
}

/** Of a message in a thread: the one that the thread begins with. */
const rootOf = (around: readonly MessageView[], sequence: Sequence): Sequence =>
  around.find((message) => message.sequence === sequence)?.thread ?? sequence;
