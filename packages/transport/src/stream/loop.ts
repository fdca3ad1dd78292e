import type { Clock } from '@sotto/protocol';
import { LINGER_MS } from '../contract.ts';
import { Deadlines } from './deadlines.ts';
import { FlushQueue } from './flush-queue.ts';

interface Abortable {
  abort(): void;
}

/** What the connections of one event loop share. */
export interface StreamLoop {
  flushes: FlushQueue;
  /** Connections that have been closed here and may still write. */
  lingering: Deadlines<Abortable>;
}

export function createStreamLoop(clock: Clock, schedule: (task: () => void) => void): StreamLoop {
  return {
    flushes: new FlushQueue(schedule),
    lingering: new Deadlines<Abortable>(clock, LINGER_MS, (connection) => connection.abort()),
  };
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, task) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};

/**
 * Once an iteration of the event loop where there is such a thing, so that one write serves every event of it. Browsers
 * allow neither function to be called as a method, which it would be if it were handed on itself.
 */
const schedule: (task: () => void) => void =
  typeof setImmediate === 'function' ? (task) => setImmediate(task) : (task) => queueMicrotask(task);

export const systemLoop: StreamLoop = createStreamLoop(systemClock, schedule);
