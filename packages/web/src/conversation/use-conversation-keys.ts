import { keyAction } from '@sotto/app';
import { useEffect, useRef } from 'react';
import type { Beside } from '../side/beside.ts';

export interface ConversationKeys {
  show: Beside['show'];
  /** Closes what stands beside it, else all of it is read. */
  leave(): void;
}

/** Keys that count wherever one is in the window; those that something nearer has taken do not come here. */
export function useConversationKeys(keys: ConversationKeys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isInside(event.target, 'dialog, [role=dialog], [role=menu]')) return;
      if (perform(event, latest.current)) event.preventDefault();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}

/** Whether it was one of ours. */
function perform(event: KeyboardEvent, { show, leave }: ConversationKeys): boolean {
  switch (keyAction(event, 'anywhere')) {
    case 'searchHere':
      show('search', { everywhere: false });
      return true;
    case 'searchAll':
      show('search', { everywhere: true });
      return true;
    case 'markRead':
      leave();
      return true;
    default:
      return false;
  }
}

const isInside = (target: EventTarget | null, selector: string): boolean =>
  target instanceof Element && target.closest(selector) !== null;
