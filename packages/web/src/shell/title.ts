import type { Store } from '@sotto/app';
import { useEffect } from 'react';
import { useReadable } from '../hooks/use-store.ts';

/** "(3) Sotto": mentions, and whatever is unread in direct messages. */
export function useTitle(store: Store): void {
  const { list } = useReadable(store.rooms);
  const wanted = list.reduce(
    (sum, { kind, unread, mentions }) => sum + (kind === 'direct' ? unread : mentions),
    0,
  );
  useEffect(() => {
    document.title = wanted === 0 ? 'Sotto' : `(${wanted}) Sotto`;
  }, [wanted]);
}
