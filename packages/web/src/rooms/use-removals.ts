import { type Store, untilWords } from '@sotto/app';
import { useEffect, useRef } from 'react';
import { nameOf } from '../conversation/words.ts';
import { useReadable } from '../hooks/use-store.ts';
import { routeOf } from '../routes.ts';
import { addToast } from '../ui/toasts.ts';

/** Who is put out of a room that is not in sight is told so; the one in sight says it in its place. */
export function useRemovals(store: Store): void {
  const removals = useReadable(store.removals);
  const told = useRef(removals);
  useEffect(() => {
    const before = told.current;
    told.current = removals;
    const route = routeOf(location.hash);
    for (const [number, removal] of removals) {
      if (before.get(number) === removal || (route.kind === 'room' && route.room === number)) continue;
      const { kind, by, room, reason, until } = removal;
      const did =
        kind === 'banned'
          ? `banned you from ${room.name}${untilWords(until)}`
          : `removed you from ${room.name}`;
      addToast({ kind: 'info', words: `${nameOf(by)} ${did}${reason === '' ? '.' : `: ${reason}`}` });
    }
  }, [removals]);
}
