import type { Store } from '@sotto/app';
import type { PersonPresence } from '@sotto/client';
import { useEffect, useState } from 'react';

const PEOPLE_MAX = 1_000;

/** Everybody on the server, as it was when this was drawn first; empty until it is known. */
export function usePeople(store: Store): readonly PersonPresence[] {
  const [people, setPeople] = useState<readonly PersonPresence[]>([]);
  useEffect(() => {
    let isGone = false;
    store.client.roster({ limit: PEOPLE_MAX }).then(
      (all) => {
        if (!isGone) setPeople(all);
      },
      // Offline: there are the rooms.
      () => {},
    );
    return () => {
      isGone = true;
    };
  }, [store]);
  return people;
}
