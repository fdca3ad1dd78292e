import type { Interface } from 'node:readline';

/**
 * Ctrl+Z gives the terminal back to the shell, and `fg` goes on. The whole process group stops: readline by itself
 * would stop this process alone, and the shell would wait for ever for the one that started it.
 */
export function suspendOnControlZ(readline: Interface, input: NodeJS.ReadStream, redraw: () => void): void {
  let closed = false;
  readline.once('close', () => {
    closed = true;
  });
  readline.on('SIGTSTP', () => {
    input.setRawMode(false);
    process.kill(0, 'SIGTSTP');
    // Runs when the process does again; at once where no shell is there to stop it.
    setTimeout(() => {
      if (closed) return;
      input.setRawMode(true);
      redraw();
    });
  });
}
