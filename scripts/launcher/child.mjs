import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Runs a program to its end, passing on the signals that ask for one. Resolves to `{ code, signal }`, one of them null. */
export function runChild(command, args, options) {
  return new Promise((resolve, reject) => {
    // Listening comes first: a signal that arrives while the child is being made waits for this function to return.
    const stopListening = onStopSignal((signal) => child.kill(signal));
    const child = spawn(command, args, options);
    child.once('error', (error) => {
      stopListening();
      reject(error);
    });
    child.once('exit', (code, signal) => {
      stopListening();
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
function onStopSignal(pass) {
  const terminal = process.stdin.isTTY === true;
  const listeners = ['SIGTERM', 'SIGINT', 'SIGHUP'].map((signal) => {
    const listener = () => {
      if (signal === 'SIGTERM' || !terminal) pass(signal);
    };
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  return () => {
    for (const remove of listeners) remove();
  };
}
