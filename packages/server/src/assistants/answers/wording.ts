/** An answer as people read it: while it is written, and at its end [REPLY-2] [REPLY-3] [PROMPT-10]. */
import { finishAnswer, MESSAGE_MAX_BYTES, visibleText } from '@sotto/model';

/** The message around it takes the rest of what one may have. */
const TEXT_MAX_BYTES = MESSAGE_MAX_BYTES - 16;

export type Cut = 'stopped' | 'length' | 'filtered' | 'timeout' | 'provider' | 'shutdown';

const WHY: Readonly<Record<Cut, string>> = {
  stopped: '[stopped]',
  length: '[cut off: the answer is too long]',
  filtered: '[cut off: the service behind it keeps the rest back]',
  timeout: '[cut off: the service behind it took too long]',
  provider: '[cut off: the service behind it failed]',
  shutdown: '[cut off: the server stopped]',
};

/** What the end of a text may still become something else by what follows it, in UTF-16 units. */
const UNSETTLED_MAX = 64;
/** Marks of images and tags, joiners, emoji of several characters, half a character. */
const UNSETTLED = /(?:[!<]|[^\p{L}\p{N}\p{Zs}\n\x20-\x7e])+$/u;
const IMAGE_MARK = /(?<!!)!+(?=\[)/g;
const TAG_BEGIN = /<(?=[A-Za-z/!?])/g;

/** As far as it was written. What follows only adds to it: so what looks like an image or a tag in code is no other than elsewhere. */
export function shown(raw: string): string {
  const unsettled = UNSETTLED.exec(raw.slice(-UNSETTLED_MAX))?.[0].length ?? 0;
  let end = raw.length - unsettled;
  if (isLowSurrogate(raw.charCodeAt(end))) end--;
  return visibleText(raw.slice(0, end)).replace(IMAGE_MARK, '').replace(TAG_BEGIN, '< ');
}

/** Empty where nothing is left to say. */
export function finished(raw: string, sources: ReadonlySet<string>, cut: Cut | undefined): string {
  const why = cut === undefined ? '' : `\n\n${WHY[cut]}`;
  const text = finishAnswer(raw.trim(), sources, TEXT_MAX_BYTES - why.length).trim();
  return text === '' ? '' : text + why;
}

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000;
