/** Keys of the text field that are about more than its text. */
import { keyAction } from '@sotto/app';
import type { KeyboardEvent } from 'react';
import type { WrittenWhere } from './written-where.ts';

export function onFieldKey(
  event: KeyboardEvent<HTMLTextAreaElement>,
  { writing, onWriting, lastOwn }: WrittenWhere,
  text: string,
  send: () => void,
): void {
  const field = event.currentTarget;
  const isFresh = text === '' && writing.kind === 'new';
  const last = isFresh ? lastOwn() : undefined;
  switch (keyAction(event, 'composer')) {
    case 'send':
      if (isTouch()) return;
      send();
      break;
    case 'leave':
      if (writing.kind === 'new') return;
      onWriting({ kind: 'new' });
      break;
    case 'editLast':
      if (!isFresh) return;
      if (last === 'onItsWay') break;
      if (last !== undefined) onWriting({ kind: 'edit', message: last });
      else listOf(field)?.querySelector<HTMLElement>('[data-row][tabindex="0"]')?.focus();
      break;
    case 'pageUp':
    case 'pageDown': {
      // A long text goes through itself.
      if (field.scrollHeight > field.clientHeight + 1) return;
      const list = listOf(field);
      list?.scrollBy({ top: (event.key === 'PageUp' ? -PAGE : PAGE) * list.clientHeight });
      break;
    }
    default:
      return;
  }
  event.preventDefault();
  event.stopPropagation();
}

/** Of what is seen, so that the last line stays in sight. */
const PAGE = 0.9;

/** The messages that the field is below of. */
const listOf = (field: HTMLElement): HTMLElement | null =>
  field.closest('[data-conversation]')?.querySelector<HTMLElement>('[role=log]') ?? null;

/** There Enter is the only way to another line. */
export const isTouch = (): boolean => matchMedia('(hover: none) and (pointer: coarse)').matches;
