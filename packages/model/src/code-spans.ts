/** Where a message is code, in which nothing is a mention: what is shown as code, and nothing else [TEXT-1] [TEXT-8]. */
import { readBlocks } from './markdown/blocks.ts';
import { codeIn } from './markdown/code.ts';
import type { RawBlock } from './markdown/raw.ts';

const MAY_HOLD_CODE = /`|~~~/;

/** The text with every character of code replaced by a space, so that offsets stay what they were. Linear in its length. */
export function blankCode(text: string, blocks?: readonly RawBlock[]): string {
  if (!MAY_HOLD_CODE.test(text)) return text;
  let blanked = '';
  let from = 0;
  for (const { start, end } of codeIn(text, blocks ?? readBlocks(text))) {
    blanked += text.slice(from, start) + text.slice(start, end).replace(/[^\n]/g, ' ');
    from = end;
  }
  return blanked + text.slice(from);
}
