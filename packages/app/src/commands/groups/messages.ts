/** Commands about messages that are there. */
import { MESSAGE_MAX_BYTES, readEmoji } from '@sotto/model';
import { emojiFrom } from '../emoji-names.ts';
import { isMessageRef, type MessageRef, MY_LAST, parseMessageRef } from '../parse/message-ref.ts';
import { parseConversation, quote } from '../parse/names.ts';
import { type Conversation, LineError } from '../request.ts';
import type { Slashes, Words } from '../slash.ts';

export type MessageRequest =
  | { kind: 'edit'; message: MessageRef; text: string }
  | { kind: 'delete'; message: MessageRef }
  | { kind: 'reply'; message: MessageRef; text: string }
  /** Without a text: shows the thread. */
  | { kind: 'thread'; message: MessageRef; text: string | undefined }
  | { kind: 'react'; message: MessageRef; emoji: string }
  /** Without an emoji: all one's own. */
  | { kind: 'unreact'; message: MessageRef; emoji: string | undefined }
  | { kind: 'reactions'; message: MessageRef }
  | { kind: 'pin' | 'unpin'; message: MessageRef }
  | { kind: 'pins'; of: Conversation | undefined }
  | { kind: 'revisions'; message: MessageRef };

const WHICH =
  'MESSAGE is 12, #room/12 or @bob/12, ^ for the last one, ^^ for the one before, ^alice for her last.';

export const MESSAGE_SLASHES: Slashes<MessageRequest> = {
  reply: {
    usage: 'MESSAGE text',
    summary: 'Answer a message; it is shown above your answer',
    notes: [WHICH],
    examples: ['/reply ^ me too', '/reply #garden/12 they are ripe', '/reply ^alice at last'],
    completes: ['conversation', 'text'],
    parse: (words) => ({ kind: 'reply', message: parseMessageRef(words.next()), text: parseText(words) }),
  },
  edit: {
    usage: '[MESSAGE] text',
    summary: 'Give one of your messages another text; your last one if you name none',
    notes: ['Everybody sees that it was edited, and may read what it said before.', WHICH],
    examples: ['/edit the tomatoes are ripe', '/edit #garden/12 the tomatoes are red'],
    completes: ['conversation', 'text'],
    parse: (words) => ({ kind: 'edit', message: optionalRef(words) ?? MY_LAST, text: parseText(words) }),
  },
  delete: {
    usage: '[MESSAGE]',
    summary: 'Erase a message; your last one if you name none',
    notes: ['What it said is erased for everybody, for good. Moderators erase those of others.', WHICH],
    examples: ['/delete', '/delete 12'],
    parse: (words) => ({ kind: 'delete', message: optionalRef(words, true) ?? MY_LAST }),
  },
  thread: {
    usage: 'MESSAGE [text]',
    summary: 'Write in the thread that begins with a message, or show it',
    notes: [WHICH],
    examples: ['/thread 12', '/thread 12 let us talk about it here'],
    completes: ['conversation', 'text'],
    parse: (words) => ({
      kind: 'thread',
      message: parseMessageRef(words.next()),
      text: words.peek() === undefined ? undefined : parseText(words),
    }),
  },
  react: {
    usage: 'MESSAGE EMOJI',
    summary: 'Add a reaction to a message',
    notes: ['EMOJI is one, or a name between colons; in a terminal Tab completes names.', WHICH],
    examples: ['/react ^ :tada:', '/react 12 👍'],
    completes: ['conversation', 'emoji'],
    parse: (words) => ({
      kind: 'react',
      message: parseMessageRef(words.next()),
      emoji: parseEmoji(words.next()),
    }),
  },
  unreact: {
    usage: 'MESSAGE [EMOJI]',
    summary: 'Take your reaction back, or all of yours',
    examples: ['/unreact ^ :tada:', '/unreact 12'],
    completes: ['conversation', 'emoji'],
    parse: (words) => ({
      kind: 'unreact',
      message: parseMessageRef(words.next()),
      emoji: words.peek() === undefined ? undefined : parseEmoji(words.next()),
    }),
  },
  reactions: {
    usage: 'MESSAGE',
    summary: 'Show who reacted to a message',
    examples: ['/reactions 12'],
    parse: (words) => ({ kind: 'reactions', message: parseMessageRef(words.next()) }),
  },
  pin: {
    usage: 'MESSAGE',
    summary: 'Pin a message for everybody in the room',
    examples: ['/pin ^', '/pin #garden/12'],
    parse: (words) => ({ kind: 'pin', message: parseMessageRef(words.next()) }),
  },
  unpin: {
    usage: 'MESSAGE',
    summary: 'Take a message off the pinned ones',
    examples: ['/unpin 12'],
    parse: (words) => ({ kind: 'unpin', message: parseMessageRef(words.next()) }),
  },
  pins: {
    usage: '[#room|@user]',
    summary: 'Show the pinned messages',
    examples: ['/pins', '/pins #garden'],
    completes: ['conversation'],
    parse: (words) => ({ kind: 'pins', of: optionalConversation(words) }),
  },
  revisions: {
    usage: 'MESSAGE',
    summary: 'Show what a message said before it was edited',
    examples: ['/revisions ^alice'],
    parse: (words) => ({ kind: 'revisions', message: parseMessageRef(words.next()) }),
  },
};

/** With `only`, a word that names no message is a mistake; else it is text. */
function optionalRef(words: Words, only = false): MessageRef | undefined {
  const word = words.optionalIf((next) => only || isMessageRef(next));
  return word === undefined ? undefined : parseMessageRef(word);
}

export function optionalConversation(words: Words): Conversation | undefined {
  const word = words.optional();
  return word === undefined ? undefined : parseConversation(word);
}

function parseText(words: Words): string {
  const text = words.rest();
  const bytes = new TextEncoder().encode(text).byteLength;
  if (bytes <= MESSAGE_MAX_BYTES) return text;
  throw new LineError(`the text has ${bytes} bytes; a message has at most ${MESSAGE_MAX_BYTES}`);
}

function parseEmoji(word: string): string {
  const emoji = readEmoji(emojiFrom(word));
  if (emoji !== undefined) return emoji;
  throw new LineError(`${quote(word)} is no emoji; write one, or a name like :tada: or :+1:`);
}
