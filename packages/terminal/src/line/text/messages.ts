/** Messages as lines for people: `[#room] alice: text`. What stands before the colon no text of others can imitate. */
import type { Message, MessageView, Room } from '@sotto/client';
import type { Sequence } from '@sotto/model';
import { excerpt, sanitizeLine, sanitizeLines } from '../../sanitize.ts';
import type { Surroundings } from '../reply.ts';
import { fileLines } from './files.ts';
import { INDENT, messageLabel, personLabel, roomLabel } from './words.ts';

/** Of the message that another one is about. */
const PREVIEW_COLUMNS = 60;
export const CANNOT_READ = '(the content is sealed or erased)';

/** As it was sent. */
export function messageLines(message: Message, around: Surroundings): readonly string[] {
  if (!message.mine && around.isBlocked(message.sender.number))
    return [`${senderHead(message, around.numbers)}, hidden since you blocked them`];
  return [
    ...previewLines(message, around),
    ...headed(`${messageHead(message, around.numbers)}:`, textLines(message)),
    ...offerLines(message),
  ];
}

function textLines({ text, file }: Message): readonly string[] {
  if (text === undefined && file === undefined) return [CANNOT_READ];
  return sanitizeLines(text ?? '');
}

const offerLines = (message: Message): readonly string[] =>
  message.file === undefined ? [] : fileLines(message, message.file);

/** As it is now. */
export function viewLines(
  message: MessageView,
  around: Surroundings,
  numbers = around.numbers,
): readonly string[] {
  const head = senderHead(message, numbers);
  if (message.deleted !== undefined) return [`${head}, deleted by ${personLabel(message.deleted.by)}`];
  if (message.hidden) return [`${head}, hidden since you blocked them`];
  const marks = `${message.edited === undefined ? '' : ', edited'}${message.pinned ? ', pinned' : ''}`;
  return [
    ...previewLines(message, around),
    ...headed(`${messageHead(message, numbers)}${marks}:`, textLines(message)),
    ...offerLines(message),
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
  const said = seen.text || seen.file?.name;
  const isHidden = said === undefined || (!seen.mine && around.isBlocked(seen.sender.number));
  const words = isHidden ? '...' : excerpt(said, PREVIEW_COLUMNS);
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
