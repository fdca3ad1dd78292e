/** Keys in the list of messages: one row has the focus, arrows move it. */
import { type Item, keyAction } from '@sotto/app';
import type { KeyboardEvent, RefObject } from 'react';
import { flushSync } from 'react-dom';

export interface RowKeys {
  items: readonly Item[];
  focusedAt: number;
  /** Brings it into view, where it may have to be drawn first. */
  scrollTo(at: number): void;
  box: RefObject<HTMLDivElement | null>;
  setFocused(key: string): void;
}

export function rowKeys({ items, focusedAt, scrollTo, box, setFocused }: RowKeys) {
  const go = (at: number) => {
    const item = items[at];
    if (item === undefined) return;
    // At once: the next key is meant for that row.
    flushSync(() => {
      setFocused(item.key);
      scrollTo(at);
    });
    rowAt(box.current, at)?.focus();
  };
  return (event: KeyboardEvent<HTMLDivElement>): void => {
    const isRow = event.target instanceof HTMLElement && event.target.dataset.row !== undefined;
    if (!isRow) return;
    switch (keyAction(event, 'message')) {
      case 'previousMessage':
        go(Math.max(0, focusedAt - 1));
        break;
      case 'nextMessage':
        go(Math.min(items.length - 1, focusedAt + 1));
        break;
      case 'firstMessage':
        go(0);
        break;
      case 'lastMessage':
        go(items.length - 1);
        break;
      case 'write':
        write(box.current);
        break;
      default:
        return;
    }
    event.preventDefault();
  };
}

const rowAt = (box: HTMLElement | null, at: number): HTMLElement | null =>
  box?.querySelector<HTMLElement>(`[data-index="${at}"] [data-row]`) ?? null;

/** The row that the focus came into. */
export function focusedRow(target: EventTarget, items: readonly Item[]): string | undefined {
  const place = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null;
  return items[Number(place?.dataset.index)]?.key;
}

/** The text field below the list. */
const write = (box: HTMLElement | null): void =>
  box?.closest('[data-conversation]')?.querySelector('textarea')?.focus();
