/** What stands beside the conversation: it stays when one goes to another room. */
import { createContext, useMemo, useState } from 'react';
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

export function useBeside(): Beside {
  const [side, setSide] = useState<Side>();
  const [wish, setWish] = useState<SearchWish>({ everywhere: false });
  return useMemo(
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
}

/** Shows something beside the conversation, in place of a thread as well; outside of one it does nothing. */
export const ShowBesideContext = createContext<Beside['show']>(() => {});
