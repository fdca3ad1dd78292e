import { useEffect, useState } from 'react';

export type Loading<T> = { kind: 'loading' } | { kind: 'ready'; value: T } | { kind: 'failed'; error: Error };

/** What `load` resolves with, asked for again where `load` is another function; what comes too late is left out. */
export function useLoaded<T>(load: () => Promise<T>): Loading<T> {
  const [state, setState] = useState<Loading<T>>({ kind: 'loading' });
  useEffect(() => {
    let isOver = false;
    setState({ kind: 'loading' });
    const tell = (told: Loading<T>) => {
      if (!isOver) setState(told);
    };
    load().then(
      (value) => tell({ kind: 'ready', value }),
      (error) => tell({ kind: 'failed', error }),
    );
    return () => {
      isOver = true;
    };
  }, [load]);
  return state;
}
