import type { Clock } from '@sotto/protocol';

const DELAY_MAX_MS = 2 ** 31 - 1;

/**
 * The machine's clock, which never goes back: when it is set back, time here goes on from where it was, so that no
 * deadline moves away. It jumps ahead when the machine slept, and timers are late then. A waiting timer keeps the
 * process alive, as an open connection does: a program that waits to reconnect has not ended.
 */
export function createSystemClock(wallMs: () => number = Date.now): Clock {
  let aheadMs = 0;
  let latest = wallMs();
  const now = () => {
    const wall = wallMs() + aheadMs;
    if (wall < latest) aheadMs += latest - wall;
    latest = Math.max(latest, wall);
    return latest;
  };
  return {
    now,
    after(delayMs, task) {
      const timer = setTimeout(task, Math.min(delayMs, DELAY_MAX_MS));
      return () => clearTimeout(timer);
    },
  };
}
