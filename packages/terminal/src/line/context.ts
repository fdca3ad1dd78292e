/** What commands work with, and which message or room somebody means. */

import type { MessageRef, Which } from '@sotto/app/commands';
import type { JoinedRoom, Message, MessageView, SottoClient } from '@sotto/client';
import { PAGE_MAX, type Sequence } from '@sotto/model';
import { type Conversation, LineError } from './command.ts';
import { conversationLabel, findConversation, isPerson } from './conversations.ts';
import type { Reply } from './reply.ts';
import type { Seen, SeenMessage } from './seen.ts';
import type { Questions } from './sign-in.ts';
import { recipientLabel, roomLabel } from './text/words.ts';

export interface Context {
  client: SottoClient;
  seen: Seen;
  /** The conversation one is in: where the last message went, or the room entered last. */
  here: Conversation | undefined;
  /** Somebody who can be asked; undefined in a pipe. */
  questions: Questions | undefined;
  /** What `/next` shows; undefined where there is no more. */
  next: (() => Promise<Reply>) | undefined;
}

export interface Found {
  room: JoinedRoom;
  sequence: Sequence;
}

/** The joined room that is meant: the one named, else the one that one is in. */
export function roomMeant({ client, here }: Context, named: Conversation | undefined): JoinedRoom {
  const wanted = named ?? here;
  if (wanted === undefined) throw new LineError('in which room? Name it with its #, or a person with an @');
  const room = findConversation(client.rooms, wanted);
  if (room !== undefined) return room;
  const label = conversationLabel(wanted);
  throw new LineError(
    wanted.kind === 'room'
      ? `you are not in ${label}; /join ${label} first, or write @name for a person`
      : `there are no direct messages with ${label} yet`,
  );
}

/** Loads the room's newest messages where "the last one" cannot be known otherwise. */
export async function messageMeant(context: Context, { in: named, which }: MessageRef): Promise<Found> {
  const room = roomMeant(context, named);
  if (which.kind === 'sequence') return { room, sequence: which.sequence };
  if (!context.seen.isCurrent(room.number)) await loadNewest(context, room);
  const found = context.seen.latest(room.number).filter((message) => isBy(message, which))[which.back - 1];
  if (found === undefined) throw new LineError(nothingText(room, which));
  return { room, sequence: found.sequence };
}

export async function loadNewest({ client, seen }: Context, room: JoinedRoom): Promise<void> {
  const { messages } = await client.messages(room.number, { limit: PAGE_MAX });
  for (const message of messages) noteMessage(seen, message);
  seen.setCurrent(room.number);
}

const UNREADABLE = { text: undefined, file: undefined };

export function noteMessage(seen: Seen, message: Message | MessageView): void {
  const { room, sequence, sender, mine, thread } = message;
  const deleted = 'deleted' in message && message.deleted !== undefined;
  const hidden = 'hidden' in message && message.hidden;
  const { text, file } = deleted || hidden ? UNREADABLE : message;
  seen.note(room.number, { sequence, sender, mine, text, file, thread, deleted });
  if (room.kind === 'direct' && !mine && file !== undefined && file.answer === undefined)
    seen.offered(room.number, sequence);
}

function isBy(message: SeenMessage, { by }: Extract<Which, { kind: 'last' }>): boolean {
  if (by === 'anyone') return true;
  return by === 'me' ? message.mine : isPerson(message.sender, by.person);
}

function nothingText(room: JoinedRoom, { by, back }: Extract<Which, { kind: 'last' }>): string {
  const label = roomLabel(room);
  if (by === 'me') return `you have not written in ${label} lately; name the message by its number`;
  if (by !== 'anyone') return `${recipientLabel(by.person)} has not written in ${label} lately`;
  return back === 1 ? `nothing was said in ${label} yet` : `there are not so many messages in ${label}`;
}
