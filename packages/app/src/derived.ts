/** Values made from others, made again only where one of those changed. */
import type { Snapshot } from '@sotto/client';
import type { Readable } from './slice.ts';

type Values<Sources extends readonly Readable<unknown>[]> = {
  [At in keyof Sources]: Sources[At] extends Readable<infer T> ? T : never;
};

/** `make` is given what it made last, to keep what did not change. */
export function derived<const Sources extends readonly Readable<unknown>[], T>(
  sources: Sources,
  make: (values: Values<Sources>, before: T | undefined) => T,
): Readable<T> {
  let from: readonly unknown[] | undefined;
  let made: T | undefined;
  return {
    get: () => {
      const values = sources.map((source) => source.get());
      if (from === undefined || values.some((value, at) => !Object.is(value, from?.[at]))) {
        made = make(values as Values<Sources>, made);
        from = values;
      }
      return made as T;
    },
    subscribe: (listener) => {
      const ends = sources.map((source) => source.subscribe(listener));
      return () => {
        for (const end of ends) end();
      };
    },
  };
}

const known = new WeakMap<Snapshot<unknown>, Readable<unknown>>();

/** The same object for the same snapshot. */
export function readable<T>(snapshot: Snapshot<T>): Readable<T> {
  const before = known.get(snapshot);
  if (before !== undefined) return before as Readable<T>;
  const made: Readable<T> = {
    get: () => snapshot.get(),
    subscribe: (listener) => snapshot.onChange(listener),
  };
  known.set(snapshot, made);
  return made;
}
