/** Browsers say when the network changes, and nothing of which one it is. */
import type { Network } from './environment.ts';

export const browserNetwork: Network = {
  current: () => '',
  onChange(listener) {
    const told = () => listener();
    const sources = changeSources();
    for (const [source, name] of sources) source.addEventListener(name, told);
    return () => {
      for (const [source, name] of sources) source.removeEventListener(name, told);
    };
  },
};

/** Not every browser tells more than that it lost the network and has one again. */
function changeSources(): (readonly [EventTarget, string])[] {
  const connection: unknown = Reflect.get(navigator, 'connection');
  const more = connection instanceof EventTarget ? ([[connection, 'change']] as const) : [];
  return [[globalThis, 'online'], [globalThis, 'offline'], ...more];
}
