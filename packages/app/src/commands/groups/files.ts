/** Commands about files. */
import type { RoomName } from '@sotto/client';
import { MESSAGE_MAX_BYTES } from '@sotto/model';
import { isMessageRef, type MessageRef, parseMessageRef } from '../parse/message-ref.ts';
import { parseConversation, parseCount, parseRoom } from '../parse/names.ts';
import { type Conversation, LineError } from '../request.ts';
import type { Slashes, Words } from '../slash.ts';

export type FileRequest =
  /** `whole` is path and text as they stand in the line: a path with blanks that nobody quoted. */
  | { kind: 'sendFile'; to: Conversation | undefined; path: string; text: string; whole: string }
  /** Without a message: the latest that is meant to be answered, or has a file. */
  | { kind: 'accept' | 'declineFile' | 'link'; message: MessageRef | undefined }
  | { kind: 'get'; message: MessageRef | undefined; name: string | undefined }
  | { kind: 'transfers' }
  /** Without a number: the only one. */
  | { kind: 'cancel'; transfer: number | undefined }
  | { kind: 'declineInvitation'; room: RoomName };

const WHICH = 'MESSAGE is 12, #room/12 or @bob/12; without it, the latest one with a file.';

export const FILE_SLASHES: Slashes<FileRequest> = {
  send: {
    usage: '[#room|@user] PATH [text]',
    summary: 'Send a file, with some words about it if you like',
    notes: [
      'A path with blanks goes in quotes, or has backslashes before them; Tab completes it. ~ is your home.',
      'In a terminal you may drop files onto the prompt as well. What is cut off goes on by itself, also at the next start.',
    ],
    examples: [
      '/send report.pdf',
      '/send #garden "~/my tomatoes.jpg" the first ones',
      '/send @bob notes.txt',
    ],
    completes: ['path'],
    parse: parseSend,
  },
  accept: {
    usage: '[MESSAGE]',
    summary: 'Take a file that somebody offers you, and save it; the latest one if you name none',
    notes: ['MESSAGE is 12, or @bob/12. The sender sees that you accepted it.'],
    examples: ['/accept', '/accept @bob/12'],
    completes: ['conversation'],
    parse: (words) => ({ kind: 'accept', message: optionalRef(words) }),
  },
  decline: {
    usage: '[MESSAGE|#room]',
    summary: 'Decline a file that somebody offers you, or an invitation into a room',
    notes: ['A declined file is gone: the server keeps it no more. MESSAGE is 12, or @bob/12.'],
    examples: ['/decline', '/decline @bob/12', '/decline #garden'],
    completes: ['conversation'],
    parse: parseDecline,
  },
  get: {
    usage: '[MESSAGE] [as NAME]',
    summary: 'Save the file of a message; the latest one if you name none',
    notes: [
      WHICH,
      'In a direct message that accepts it as well.',
      'It goes into a folder of its sender, and never over a file that is there. What was cut off goes on.',
    ],
    examples: ['/get', '/get #garden/12', '/get 12 as tomatoes.jpg'],
    completes: ['conversation'],
    parse: (words) => ({
      kind: 'get',
      message: words.peek() === 'as' ? undefined : optionalRef(words),
      name: words.optionalIf((word) => word === 'as') === undefined ? undefined : parseName(words),
    }),
  },
  link: {
    usage: '[MESSAGE]',
    summary: 'Make a link to fetch the file of a message with a browser, once and within a minute',
    notes: [WHICH, 'Whoever has the link gets the file.'],
    examples: ['/link', '/link #garden/12'],
    completes: ['conversation'],
    parse: (words) => ({ kind: 'link', message: optionalRef(words) }),
  },
  transfers: {
    usage: '',
    summary: 'List the files on their way, with how far they are',
    parse: () => ({ kind: 'transfers' }),
  },
  cancel: {
    usage: '[N]',
    summary: 'Call off sending or fetching a file, by its number in /transfers',
    notes: ['Without N where there is only one. What was sent of it is dropped.'],
    examples: ['/cancel', '/cancel 2'],
    parse: (words) => ({
      kind: 'cancel',
      transfer: words.peek() === undefined ? undefined : parseCount(words.next(), 0xffff_ffff),
    }),
  },
};

function parseSend(words: Words): FileRequest {
  const word = words.optionalIf((next) => /^[#@]./u.test(next));
  const to = word === undefined ? undefined : parseConversation(word);
  const whole = words.left();
  const path = words.path();
  const text = words.optionalRest();
  const bytes = new TextEncoder().encode(text).byteLength;
  if (bytes <= MESSAGE_MAX_BYTES) return { kind: 'sendFile', to, path, text, whole };
  throw new LineError(`the text has ${bytes} bytes; at most ${MESSAGE_MAX_BYTES} go with a file`);
}

/** Quotes around it are not needed: nothing comes after it. */
function parseName(words: Words): string {
  const whole = words.left();
  const name = words.path();
  return words.optionalRest() === '' ? name : whole;
}

function parseDecline(words: Words): FileRequest {
  const room = words.optionalIf((word) => word.startsWith('#') && !isMessageRef(word));
  if (room !== undefined) return { kind: 'declineInvitation', room: parseRoom(room) };
  return { kind: 'declineFile', message: optionalRef(words) };
}

function optionalRef(words: Words): MessageRef | undefined {
  const word = words.optional();
  return word === undefined ? undefined : parseMessageRef(word);
}
