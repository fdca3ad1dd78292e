/** What a message is in the index: an id that says its time, its words, and marks for what it can be filtered by. */
import { fromBinary } from '@bufbuild/protobuf';
import { hasLink, type StreamId, type UserNumber } from '@sotto/model';
import { ContentSchema } from '@sotto/schema';
import { indexedWords } from '../../search/words.ts';

/** Messages of one millisecond; more of them take ids of the next. 2^53 is reached in the year 2248. */
const IDS_PER_MS = 1_024;
/** Of a clock that is centuries ahead; leaves room to go on from. */
const LAST_ID = Number.MAX_SAFE_INTEGER - 2 ** 40;

/** No word has this sign, so marks are in the index beside the words. */
export const MARKS = {
  stream: (stream: StreamId): string => `§r${stream}`,
  sender: (sender: UserNumber): string => `§u${sender}`,
  link: '§link',
  file: '§file',
} as const;

/** The least id of messages sent at that time or later. */
export const firstIdAt = (timeMs: number): number =>
  Math.min(Math.max(Math.ceil(timeMs), 0) * IDS_PER_MS, LAST_ID);

export interface DocumentOf {
  stream: StreamId;
  sender: UserNumber;
  text: string;
  isLinked: boolean;
  /** Of the file that it offers, or offered before it was declined; empty where there is none. */
  fileName: string;
  hasFile: boolean;
}

/** The marks keep words of the text and of the file's name apart, so that no phrase reaches across. */
export function wordsOf({ stream, sender, text, isLinked, fileName, hasFile }: DocumentOf): string {
  const marks = [MARKS.stream(stream), MARKS.sender(sender)];
  if (isLinked) marks.push(MARKS.link);
  if (hasFile) marks.push(MARKS.file);
  return [indexedWords(text), ...marks, indexedWords(fileName)].filter((words) => words !== '').join(' ');
}

export interface ReadText {
  text: string;
  isLinked: boolean;
  fileName: string;
  /** The content says so; of a sealed one it is known from elsewhere. */
  hasFile: boolean;
}

/** Empty for sealed messages, which are found by their marks alone; and for what is no content, which must not stop the rest. */
export function textOf(content: Uint8Array): ReadText {
  const { text, fileName } = plainText(content);
  return { text, isLinked: hasLink(text), fileName: fileName ?? '', hasFile: fileName !== undefined };
}

function plainText(content: Uint8Array): { text: string; fileName?: string } {
  try {
    const { content: body } = fromBinary(ContentSchema, content);
    switch (body.case) {
      case 'plain':
        return { text: body.value };
      case 'file':
        return { text: body.value.text, fileName: body.value.name };
      default:
        return { text: '' };
    }
  } catch {
    return { text: '' };
  }
}
