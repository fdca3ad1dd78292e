import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Runs a program to its end, passing on the signals that ask for one. Resolves to `{ code, signal }`, one of them null. */
export function runChild(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, options);
    const stopForwarding = forwardSignals(child);
    child.once('error', (error) => {
      stopForwarding();
      reject(error);
    });
    child.once('exit', (code, signal) => {
      stopForwarding();
      resolve({ code, signal });
    });
  });
}

/** Ends this process as the child ended, so that callers and shells see the same code or signal. */
export function endLike({ code, signal }) {
  process.exitCode = code ?? 128 + constants.signals[signal];
  if (signal) process.kill(process.pid, signal);
}

// A terminal sends SIGINT and SIGHUP to every process in front of it; passing them on as well would look to the
// child like a second Ctrl+C. The listener stays even then: it keeps this process alive until the child is done.
function forwardSignals(child) {
  const terminal = process.stdin.isTTY === true;
  const listeners = ['SIGTERM', 'SIGINT', 'SIGHUP'].map((signal) => {
    const listener = () => {
      if (signal === 'SIGTERM' || !terminal) child.kill(signal);
    };
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  return () => {
    for (const remove of listeners) remove();
  };
}
