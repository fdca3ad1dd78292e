import type { Store } from '@sotto/app';
import type { JoinedRoom } from '@sotto/client';
import { useEffect } from 'react';
import { useReadable } from '../hooks/use-store.ts';

/** Mentions, and whatever is unread in direct messages. */
export const wantedIn = (rooms: readonly JoinedRoom[]): number =>
  rooms.reduce((sum, { kind, unread, mentions }) => sum + (kind === 'direct' ? unread : mentions), 0);

/** "(3) Sotto". */
export function useTitle(store: Store): void {
  const { list } = useReadable(store.rooms);
  const wanted = wantedIn(list);
  useEffect(() => {
    document.title = wanted === 0 ? 'Sotto' : `(${wanted}) Sotto`;
  }, [wanted]);
}
