import type { Store } from '@sotto/app';
import { useEffect, useState } from 'react';
import { isLooking } from '../hooks/use-looking.ts';
import { Announcer } from './announcing.ts';
import { announcing, lookAgain } from './asking.ts';
import { followClicks, showBySystem } from './showing.ts';

/** Announces messages while nobody looks. True from when one could not be, because nobody was asked yet. */
export function useAnnouncer(store: Store): boolean {
  const [isMissing, setMissing] = useState(false);
  useEffect(() => {
    const { client, rooms } = store;
    const announcer = new Announcer({
      isLooking,
      notifies: (message) => client.account.settings.notifies(message),
      rooms: () => rooms.get().byNumber,
      now: Date.now,
      show: (announcement) => {
        lookAgain();
        const state = announcing.get();
        if (state === 'on') return showBySystem(announcement);
        if (state === 'unasked') setMissing(true);
        return () => {};
      },
    });
    const ending = new AbortController();
    void take(store, announcer, ending.signal);
    const stop = rooms.subscribe(() => announcer.look());
    const unfollow = followClicks();
    return () => {
      stop();
      unfollow();
      ending.abort();
      announcer.closeAll();
    };
  }, [store]);
  return isMissing;
}

/** Each is taken at once: what waits for it is the whole client [EVENTS-2]. */
async function take({ client }: Store, announcer: Announcer, signal: AbortSignal): Promise<void> {
  try {
    for await (const event of client.events(signal)) announcer.take(event);
  } catch {
    // The client has ended; its window says why.
  }
}
