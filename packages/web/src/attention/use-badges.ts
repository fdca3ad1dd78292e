import type { RoomsState, Store } from '@sotto/app';
import { useEffect } from 'react';
import { useReadable } from '../hooks/use-store.ts';
import { wantedIn } from '../shell/title.ts';
import { showBadges, type Waiting } from './badges.ts';

/** Beside the title, which says the same; gone with whoever logs out. */
export function useBadges(store: Store): void {
  const waiting = waitingIn(useReadable(store.rooms));
  useEffect(() => showBadges(waiting), [waiting]);
  useEffect(() => () => showBadges(0), []);
}

function waitingIn({ list, unread }: RoomsState): Waiting {
  const wanted = wantedIn(list);
  return wanted === 0 && unread > 0 ? 'dot' : wanted;
}
