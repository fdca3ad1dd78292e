/** What is read out to whoever cannot see it come. */
import type { Item } from '@sotto/app';
import type { MessageView } from '@sotto/client';
import { excerptOf, nameOf } from './words.ts';

/** The last message among the rows; 0 where there is none. */
export const newestIn = (items: readonly Item[]): number =>
  items.findLast((item) => item.kind === 'message')?.view.sequence ?? 0;

/** What others said after that message, ascending. */
export function newsIn(items: readonly Item[], after: number): readonly MessageView[] {
  const news: MessageView[] = [];
  for (let at = items.length - 1; at >= 0; at -= 1) {
    const item = items[at];
    if (item?.kind !== 'message') continue;
    const { view } = item;
    if (view.sequence <= after) break;
    if (!view.mine && !view.hidden && view.deleted === undefined) news.unshift(view);
  }
  return news;
}

/** "bob: hello", "3 new messages. bob: hello". */
export function newsWords(news: readonly MessageView[]): string {
  const last = news.at(-1);
  if (last === undefined) return '';
  const said = `${nameOf(last.sender)}: ${excerptOf(last)}`;
  return news.length === 1 ? said : `${news.length} new messages. ${said}`;
}
