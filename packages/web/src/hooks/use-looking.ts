import { useSyncExternalStore } from 'react';

/** Somebody looks at this window: what appears is seen. */
export const useLooking = (): boolean => useSyncExternalStore(subscribe, isLooking);

export const isLooking = (): boolean => document.visibilityState === 'visible' && document.hasFocus();

function subscribe(listener: () => void): () => void {
  const stop = new AbortController();
  for (const kind of ['focus', 'blur'] as const)
    window.addEventListener(kind, listener, { signal: stop.signal });
  document.addEventListener('visibilitychange', listener, { signal: stop.signal });
  return () => stop.abort();
}
