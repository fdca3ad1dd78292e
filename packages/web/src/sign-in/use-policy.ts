import type { HelloReport } from '@sotto/client/browser';
import { useEffect, useState } from 'react';
import { helloHere } from '../home.ts';

/** Who may register here; undefined until the server has said so. */
export function usePolicy(): HelloReport['registration'] | undefined {
  const [policy, setPolicy] = useState<HelloReport['registration']>();
  useEffect(() => {
    const ending = new AbortController();
    helloHere(ending.signal).then(
      ({ registration }) => setPolicy(registration),
      // Then registering says what is wrong.
      () => {},
    );
    return () => ending.abort();
  }, []);
  return policy;
}
