export { useReadable } from './use-readable.ts';

import type { Readable, Store } from '@sotto/app';
import { createContext, useContext, useRef, useSyncExternalStore } from 'react';

/** Above everything that is shown once somebody is signed in: `<StoreContext value={store}>`. */
export const StoreContext = createContext<Store | undefined>(undefined);

export function useStore(): Store {
  const store = useContext(StoreContext);
  if (store === undefined) throw new Error('there is no StoreContext above');
  return store;
}

/**
 * A part of it; renders again only when that part is another one. What `select` gives is kept as long as the whole is the
 * same, so it may make new objects, and must depend on nothing else that changes but `deps`.
 */
export function useSelected<T, Part>(
  readable: Readable<T>,
  select: (value: T) => Part,
  deps: readonly unknown[] = [],
): Part {
  const last = useRef<{ from: T; deps: readonly unknown[]; part: Part }>(undefined);
  const get = (): Part => {
    const from = readable.get();
    const { current } = last;
    const isSame =
      current !== undefined &&
      Object.is(current.from, from) &&
      current.deps.every((each, at) => Object.is(each, deps[at]));
    if (isSame) return current.part;
    const part = select(from);
    last.current = { from, deps, part };
    return part;
  };
  return useSyncExternalStore(readable.subscribe, get);
}
