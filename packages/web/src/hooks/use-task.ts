import { useRef, useState } from 'react';

export type Task =
  | { kind: 'idle' }
  | { kind: 'busy' }
  /** Again at each failure, so that the same words are read out again. */
  | { kind: 'failed'; error: unknown };

/** One thing at a time that may fail; a second call while it runs does nothing. */
export function useTask(): [Task, (run: () => Promise<void>) => void] {
  const [task, setTask] = useState<Task>({ kind: 'idle' });
  const isBusy = useRef(false);
  const start = (run: () => Promise<void>) => {
    if (isBusy.current) return;
    isBusy.current = true;
    setTask({ kind: 'busy' });
    run()
      .then(
        () => setTask({ kind: 'idle' }),
        (error: unknown) => setTask({ kind: 'failed', error }),
      )
      .finally(() => {
        isBusy.current = false;
      });
  };
  return [task, start];
}
