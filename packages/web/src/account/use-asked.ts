import { errorWords } from '@sotto/app';
import { useCallback, useEffect, useState } from 'react';

export type Asked<T> = { kind: 'loading' } | { kind: 'ready'; value: T } | { kind: 'failed'; words: string };

/** What the server says, and how to ask again; what was known stays until the next answer is there. */
export function useAsked<T>(ask: () => Promise<T>): readonly [Asked<T>, () => void] {
  const [state, setState] = useState<Asked<T>>({ kind: 'loading' });
  const [time, setTime] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another time is another question, another function is not.
  useEffect(() => {
    let isGone = false;
    const set = (next: Asked<T>) => {
      if (!isGone) setState(next);
    };
    ask().then(
      (value) => set({ kind: 'ready', value }),
      (error: unknown) => set({ kind: 'failed', words: errorWords(error) }),
    );
    return () => {
      isGone = true;
    };
  }, [time]);
  return [state, useCallback(() => setTime((before) => before + 1), [])];
}
