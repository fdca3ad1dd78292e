import type { SubmitEvent } from 'react';
import { type Task, useTask } from './use-task.ts';

/** Of a form that does one thing: what became of that, and what does it. */
export function useSubmit(run: () => Promise<void>): [Task, (event: SubmitEvent) => void] {
  const [task, start] = useTask();
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    start(run);
  };
  return [task, onSubmit];
}
