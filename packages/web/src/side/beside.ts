/** What stands beside the conversation: it stays when one goes to another room. */
import { Slice } from '@sotto/app';
import type { RoomNumber } from '@sotto/model';
import { createContext, type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import type { Side } from './sides.ts';

/** What the search is to look for; another object is another wish. */
export interface SearchWish {
  /** In all rooms, or in this one. */
  everywhere: boolean;
  /** Left out: what was looked for before. */
  query?: string;
  /** Messages that mention this account. */
  mentions?: true;
}

export interface Beside {
  side: Side | undefined;
  wish: SearchWish;
  show(side: Side | undefined, wish?: SearchWish): void;
}

const asked = new Slice<SearchWish | undefined>(undefined);

/** From where there may be no conversation: one is opened, and the search beside it. */
export const lookFor = (wish: SearchWish): void => asked.set(wish);

export function useBeside(): Beside {
  const [side, setSide] = useState<Side>();
  const [wish, setWish] = useState<SearchWish>({ everywhere: false });
  const beside = useMemo<Beside>(
    () => ({
      side,
      wish,
      show: (wanted, wished) => {
        setSide(wanted);
        if (wished !== undefined) setWish(wished);
        else if (wanted === 'search') setWish({ everywhere: false });
      },
    }),
    [side, wish],
  );
  const { show } = beside;
  useEffect(
    () =>
      asked.subscribe(() => {
        const wished = asked.get();
        asked.set(undefined);
        if (wished !== undefined) show('search', wished);
      }),
    [show],
  );
  return beside;
}

/** In narrow windows it stands in front of the conversation: it does not come along to another one. */
export function useOnePane({ show, side }: Beside, isWide: boolean, room: RoomNumber | undefined): void {
  const latest = useRef(show);
  latest.current = show;
  useWayBack(latest, !isWide && side !== undefined);
  const before = useRef(room);
  useEffect(() => {
    const left = before.current;
    before.current = room;
    if (!isWide && left !== undefined && left !== room) latest.current(undefined);
  }, [isWide, room]);
}

/** Going back leaves what stands in front, not the conversation under it. */
function useWayBack(show: RefObject<Beside['show']>, isFront: boolean): void {
  const wasFront = useRef(false);
  useEffect(() => {
    if (wasFront.current === isFront) return;
    wasFront.current = isFront;
    if (isFront) history.pushState(FRONT, '');
    // It was closed in another way, and nothing was gone to since.
    else if (isFrontEntry(history.state)) history.back();
  }, [isFront]);
  useEffect(() => {
    if (!isFront) return;
    const { hash } = location;
    const onPop = () => {
      if (location.hash === hash && !isFrontEntry(history.state)) show.current(undefined);
    };
    window.addEventListener('popstate', onPop);
    return () => window.removeEventListener('popstate', onPop);
  }, [isFront, show]);
}

const FRONT = { front: true };
const isFrontEntry = (state: unknown): boolean =>
  typeof state === 'object' && state !== null && 'front' in state;

/** Shows something beside the conversation, in place of a thread as well; outside of one it does nothing. */
export const ShowBesideContext = createContext<Beside['show']>(() => {});
