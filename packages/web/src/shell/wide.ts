import { useSyncExternalStore } from 'react';

/** As in shell.module.css: 800 px, and more where text is larger. Narrower windows show one pane at a time. */
const wide = matchMedia('(min-width: 50em)');

function subscribe(listener: () => void): () => void {
  wide.addEventListener('change', listener);
  return () => wide.removeEventListener('change', listener);
}

export const useIsWide = (): boolean => useSyncExternalStore(subscribe, () => wide.matches);
