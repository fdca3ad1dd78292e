import type { Store } from '@sotto/app';
import { useEffect, useState } from 'react';
import { isNewVersionThere } from './new-version.ts';

/** A server that was away may have come back with another client; one that never is away is asked now and then. */
const EVERY_MS = 6 * 60 * 60_000;

export function useNewVersion({ connection }: Store): boolean {
  const [isThere, setThere] = useState(false);
  useEffect(() => {
    let wasOnline = connection.get().status.kind === 'online';
    const ask = () => void isNewVersionThere().then((found) => found && setThere(true));
    const stop = connection.subscribe(() => {
      const isOnline = connection.get().status.kind === 'online';
      if (isOnline && !wasOnline) ask();
      wasOnline = isOnline;
    });
    const timer = setInterval(ask, EVERY_MS);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, [connection]);
  return isThere;
}
