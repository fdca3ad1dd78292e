import { EXIT_CODES } from './exit-codes.ts';

/**
 * The first SIGINT or SIGTERM asks to leave in order, the second one ends the program at once. A terminal or reader
 * that is gone is a reason to leave as well, but nobody's impatience: it can show in several ways at once.
 */
export function leaveOnSignals(): { leave: AbortSignal; interrupt: () => void } {
  const controller = new AbortController();
  const leave = () => controller.abort();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(EXIT_CODES.interrupted.code);
    leave();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  process.on('SIGHUP', leave);
  // EPIPE and EIO.
  for (const stream of [process.stdin, process.stdout, process.stderr]) stream.on('error', leave);
  return { leave: controller.signal, interrupt };
}
