import { type HelloReport, hello } from '@sotto/client/browser';
import { useEffect, useState } from 'react';

/** Who may register here; undefined until the server has said so. */
export function usePolicy(): HelloReport['registration'] | undefined {
  const [policy, setPolicy] = useState<HelloReport['registration']>();
  useEffect(() => {
    const ending = new AbortController();
    hello({ signal: ending.signal }).then(
      ({ registration }) => setPolicy(registration),
      // Then registering says what is wrong.
      () => {},
    );
    return () => ending.abort();
  }, []);
  return policy;
}
