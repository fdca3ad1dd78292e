import { errorWords } from '@sotto/app';
import { useCallback, useEffect, useState } from 'react';

export type Asked<T> =
  | { kind: 'loading' }
  | { kind: 'ready'; value: T }
  /** Why, and that in words. */
  | { kind: 'failed'; error: unknown; words: string };

/**
 * What `ask` resolves with, and how to ask again: what was known stays until the next answer is there. Where `of` is something
 * else, it is another question, and nothing is known of it. Answers that come too late are left out.
 */
export function useAsked<T>(ask: () => Promise<T>, of?: unknown): readonly [Asked<T>, () => void] {
  const [told, setTold] = useState<{ of: unknown; asked: Asked<T> }>({ of, asked: LOADING });
  const [time, setTime] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another time or matter is another question, another function is not.
  useEffect(() => {
    let isGone = false;
    const tell = (asked: Asked<T>) => {
      if (!isGone) setTold({ of, asked });
    };
    ask().then(
      (value) => tell({ kind: 'ready', value }),
      (error: unknown) => tell({ kind: 'failed', error, words: errorWords(error) }),
    );
    return () => {
      isGone = true;
    };
  }, [time, of]);
  const again = useCallback(() => setTime((before) => before + 1), []);
  return [told.of === of ? told.asked : LOADING, again];
}

const LOADING = { kind: 'loading' } as const;
