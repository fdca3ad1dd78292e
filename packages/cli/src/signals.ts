import { EXIT_CODES } from './exit-codes.ts';

const LEAVING: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The first signal asks to leave in order, the second one ends the program at once. */
export function leaveOnSignals(): { leave: AbortSignal; interrupt: () => void } {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(EXIT_CODES.interrupted.code);
    controller.abort();
  };
  for (const signal of LEAVING) process.on(signal, interrupt);
  // EPIPE and EIO: the reader or the terminal is gone. Nothing can be said any more.
  for (const stream of [process.stdin, process.stdout, process.stderr])
    stream.on('error', () => controller.abort());
  return { leave: controller.signal, interrupt };
}
