/** Pages and lists of messages, as lines for people. */
import type { MessageView } from '@sotto/client';
import { excerpt, sanitizeLine, sanitizeLines } from '../../sanitize.ts';
import type { MessagesReply, Surroundings } from '../reply.ts';
import { CANNOT_READ, headed, viewLines } from './messages.ts';
import { TimeLines } from './time-lines.ts';
import { MORE, messageLabel, momentLabel, personLabel, roomLabel, table } from './words.ts';

/** Messages in lists are there to be recognised. */
const HIT_COLUMNS = 300;

/** Whole messages with the times between them. */
function pageLines(
  messages: readonly MessageView[],
  around: Surroundings,
  numbers = around.numbers,
): readonly string[] {
  const times = new TimeLines(0);
  return messages.flatMap((message) => [
    ...times.before(message.sentAt),
    ...viewLines(message, around, numbers),
  ]);
}

/** One line each, with its number: the place is what is looked for. */
function hitLines(messages: readonly MessageView[], around: Surroundings): readonly string[] {
  const times = new TimeLines(0);
  return messages.flatMap((message) => {
    const shown =
      message.text === undefined ? message : { ...message, text: excerpt(message.text, HIT_COLUMNS) };
    return [...times.before(message.sentAt), ...viewLines({ ...shown, replyTo: undefined }, around, true)];
  });
}

export function messagesReplyLines(
  reply: Exclude<MessagesReply, { kind: 'sent' | 'sentDirect' }>,
  around: Surroundings,
): readonly string[] {
  switch (reply.kind) {
    case 'history':
      return historyLines(reply, around);
    case 'context':
      return [
        `* Around ${messageLabel(reply.room, reply.sequence)}:`,
        ...pageLines(reply.messages, around, true),
        '* End.',
      ];
    case 'thread':
      return [
        `* Thread ${messageLabel(reply.room, reply.sequence)}:`,
        ...pageLines(reply.messages, around),
        '* End of the thread.',
      ];
    case 'pins':
      return listLines(
        `Pinned in ${roomLabel(reply.room)}:`,
        'Nothing is pinned there.',
        reply.messages,
        around,
      );
    case 'unreadMessages':
      return unreadMessagesLines(reply, around);
    case 'search':
      return [...listLines('Found:', 'Nothing was found.', reply.messages, around), ...moreLines(reply.more)];
    case 'mentions':
      return [
        ...listLines('Mentions of you:', 'Nobody mentioned you.', reply.messages, around),
        ...moreLines(reply.more),
      ];
    case 'unreadRooms':
      return unreadLines(reply);
    case 'revisions':
      return revisionLines(reply);
    case 'reactions':
      return reactionLines(reply);
    case 'end':
      return ['* There is no more.'];
  }
}

const moreLines = (more: boolean): readonly string[] => (more ? [MORE] : []);

function listLines(
  title: string,
  empty: string,
  messages: readonly MessageView[],
  around: Surroundings,
): readonly string[] {
  return messages.length === 0 ? [`* ${empty}`] : [`* ${title}`, ...hitLines(messages, around)];
}

function historyLines(
  { room, messages, hasBefore }: Extract<MessagesReply, { kind: 'history' }>,
  around: Surroundings,
): readonly string[] {
  if (messages.length === 0) return [`* Nothing was said in ${roomLabel(room)} yet.`];
  const end = hasBefore ? '* End of history; earlier: /next' : '* End of history.';
  return [`* History of ${roomLabel(room)}:`, ...pageLines(messages, around), end];
}

function unreadMessagesLines(
  { room, messages, more }: Extract<MessagesReply, { kind: 'unreadMessages' }>,
  around: Surroundings,
): readonly string[] {
  if (messages.length === 0) return [`* Nothing is unread in ${roomLabel(room)}.`];
  return [`* Unread in ${roomLabel(room)}:`, ...pageLines(messages, around), ...(more ? [MORE] : ['* End.'])];
}

function unreadLines({ rooms }: Extract<MessagesReply, { kind: 'unreadRooms' }>): readonly string[] {
  if (rooms.length === 0) return ['* Nothing is unread.'];
  return table(
    rooms.map((room) => [
      roomLabel(room),
      `${room.unread} unread`,
      room.mentions === 0 ? '' : `${room.mentions} to you`,
    ]),
  );
}

function revisionLines({
  room,
  sequence,
  revisions,
}: Extract<MessagesReply, { kind: 'revisions' }>): readonly string[] {
  return [
    `* What ${messageLabel(room, sequence)} said:`,
    ...revisions.flatMap(({ at, text }) =>
      headed(`  ${momentLabel(at)}:`, text === undefined ? [CANNOT_READ] : sanitizeLines(text)),
    ),
  ];
}

function reactionLines({
  room,
  sequence,
  reactions,
}: Extract<MessagesReply, { kind: 'reactions' }>): readonly string[] {
  if (reactions.length === 0) return [`* Nobody reacted to ${messageLabel(room, sequence)}.`];
  const byEmoji = Map.groupBy(reactions, ({ emoji }) => emoji);
  const rows = [...byEmoji].map(([emoji, of]) => [
    `  + ${sanitizeLine(emoji)}`,
    of.map(({ person }) => personLabel(person)).join(', '),
  ]);
  return [`* Reactions to ${messageLabel(room, sequence)}:`, ...table(rows)];
}
