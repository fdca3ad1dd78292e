import { blankCode } from './code-spans.ts';
import type { RawBlock } from './markdown/raw.ts';

/** Paths of some sites begin with "@". */
const REST_OF_URL = /:\/\/\S*/g;

/** Of the same length, without what is code or a URL: where names are looked for [TEXT-1]. */
export const proseOf = (text: string, blocks?: readonly RawBlock[]): string =>
  blankCode(text, blocks).replace(REST_OF_URL, (url) => ' '.repeat(url.length));
