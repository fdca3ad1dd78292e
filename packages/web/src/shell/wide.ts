import { useSyncExternalStore } from 'react';

/** As in shell.module.css: narrower windows show one pane at a time. */
const wide = matchMedia('(min-width: 800px)');

function subscribe(listener: () => void): () => void {
  wide.addEventListener('change', listener);
  return () => wide.removeEventListener('change', listener);
}

export const useIsWide = (): boolean => useSyncExternalStore(subscribe, () => wide.matches);
