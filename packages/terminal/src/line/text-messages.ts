/** Messages as lines for people: `[#room] alice: text`. What stands before the colon no text of others can imitate. */
import type { Message, MessageView, Room } from '@sotto/client';
import type { Sequence } from '@sotto/model';
import { excerpt, sanitizeLine, sanitizeLines } from '../sanitize.ts';
import type { MessagesReply, Surroundings } from './reply.ts';
import { TimeLines } from './time-lines.ts';
import { INDENT, messageLabel, momentLabel, personLabel, roomLabel, table } from './words.ts';

/** Of the message that another one is about. */
const PREVIEW_COLUMNS = 60;
/** Messages in lists are there to be recognised. */
const HIT_COLUMNS = 300;
const CANNOT_READ = '(the content is sealed or erased)';
export const MORE = '* More: /next';

/** As it was sent. */
export function messageLines(message: Message, around: Surroundings): readonly string[] {
  if (!message.mine && around.isBlocked(message.sender.number))
    return [`${senderHead(message, around.numbers)}, hidden since you blocked them`];
  const text = message.text === undefined ? [CANNOT_READ] : sanitizeLines(message.text);
  return [...previewLines(message, around), ...headed(`${messageHead(message, around.numbers)}:`, text)];
}

/** As it is now. */
function viewLines(message: MessageView, around: Surroundings, numbers = around.numbers): readonly string[] {
  const head = senderHead(message, numbers);
  if (message.deleted !== undefined) return [`${head}, deleted by ${personLabel(message.deleted.by)}`];
  if (message.hidden) return [`${head}, hidden since you blocked them`];
  const text = message.text === undefined ? [CANNOT_READ] : sanitizeLines(message.text);
  const marks = `${message.edited === undefined ? '' : ', edited'}${message.pinned ? ', pinned' : ''}`;
  return [
    ...previewLines(message, around),
    ...headed(`${messageHead(message, numbers)}${marks}:`, text),
    ...addedLines(message),
  ];
}

/** Reactions and the thread, below. */
function addedLines({ reactions, replies, room, sequence }: MessageView): readonly string[] {
  const emoji = reactions.map(
    ({ emoji, count, mine }) => `${sanitizeLine(emoji)} ${count}${mine ? ' with yours' : ''}`,
  );
  const answers = replies?.count === 1 ? '1 answer' : `${replies?.count ?? 0} answers`;
  return [
    ...(emoji.length === 0 ? [] : [`  + ${emoji.join(', ')}`]),
    ...(replies === undefined ? [] : [`  + ${answers}: /thread ${messageLabel(room, sequence)}`]),
  ];
}

/** What the message answers, above it. */
function previewLines({ room, replyTo }: Message, around: Surroundings): readonly string[] {
  if (replyTo === undefined) return [];
  return [`  > ${quotedText(room, replyTo, around) ?? `${messageLabel(room, replyTo)}, said before`}`];
}

/** `bob: first words` of a message that was seen; undefined for others. */
export function quotedText(room: Room, sequence: Sequence, around: Surroundings): string | undefined {
  const seen = around.find(room, sequence);
  if (seen === undefined) return undefined;
  if (seen.deleted) return `${sanitizeLine(seen.sender.name)}, deleted`;
  const isHidden = seen.text === undefined || (!seen.mine && around.isBlocked(seen.sender.number));
  const words = isHidden ? '...' : excerpt(seen.text ?? '', PREVIEW_COLUMNS);
  return `${sanitizeLine(seen.sender.name)}: ${words}`;
}

/** `[#room] alice`, with the number `[#room/12] alice`. */
function senderHead({ room, sequence, sender }: Message, numbers: boolean): string {
  return `[${numbers ? messageLabel(room, sequence) : roomLabel(room)}] ${personLabel(sender)}`;
}

function messageHead(message: Message, numbers: boolean): string {
  const toMe = message.mentionsMe && !message.mine ? ' to you' : '';
  const thread = message.thread === undefined ? '' : `, thread ${message.thread}`;
  return `${senderHead(message, numbers)}${toMe}${thread}`;
}

/** The first line after `head`, the others indented. */
export function headed(head: string, [first = '', ...rest]: readonly string[]): readonly string[] {
  return [`${head} ${first}`.trimEnd(), ...rest.map((line) => `${INDENT}${line}`.trimEnd())];
}

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
