import { useEffect, useRef, useState } from 'react';

export interface Page<Item> {
  items: readonly Item[];
  hasMore: boolean;
}

export interface Pages<Item> extends Page<Item> {
  /** `first`: nothing is known yet. `more`: what is known stays until there is more of it, or other things. */
  state: { kind: 'first' } | { kind: 'more' } | { kind: 'ready' } | { kind: 'failed'; error: unknown };
  more: () => void;
  again: () => void;
}

/** A list that comes page by page, from the start again where `wanted` is something else; answers that come too late are left out. */
export function usePages<Item>(
  wanted: string,
  load: (last: Item | undefined) => Promise<Page<Item>>,
): Pages<Item> {
  const [page, setPage] = useState<Page<Item>>({ items: [], hasMore: false });
  const [state, setState] = useState<Pages<Item>['state']>({ kind: 'first' });
  const turn = useRef(0);
  const fetchAfter = (known: readonly Item[]) => {
    turn.current += 1;
    const mine = turn.current;
    setState((before) => (before.kind === 'first' ? before : { kind: 'more' }));
    load(known.at(-1)).then(
      ({ items, hasMore }) => {
        if (mine !== turn.current) return;
        setPage({ items: [...known, ...items], hasMore });
        setState({ kind: 'ready' });
      },
      (error: unknown) => {
        if (mine !== turn.current) return;
        setPage({ items: known, hasMore: known.length > 0 });
        setState({ kind: 'failed', error });
      },
    );
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is wanted says when to ask again, not who asks.
  useEffect(() => {
    fetchAfter([]);
    return () => {
      turn.current += 1;
    };
  }, [wanted]);
  return { ...page, state, more: () => fetchAfter(page.items), again: () => fetchAfter([]) };
}
