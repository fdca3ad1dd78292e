import { randomBytes } from 'node:crypto';
import type { Clock, Random } from '@sotto/protocol';

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, task) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};

export const systemRandom: Random = { bytes: (length) => new Uint8Array(randomBytes(length)) };
