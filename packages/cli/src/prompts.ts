import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Questions } from '@sotto/terminal';
import { isInteractive, print, type System } from './system.ts';

/** Undefined where nobody can be asked. */
export function prompts(system: System): Questions | undefined {
  if (!isInteractive(system)) return undefined;
  return {
    ask: (question) => ask(system, question, system.output),
    askSecret: async (question) => {
      system.output.write(question);
      const answer = await ask(system, '', new Writable({ write: (_chunk, _encoding, done) => done() }));
      system.output.write('\n');
      return answer;
    },
    tell: (lines) => print(system, lines),
  };
}

/** Ctrl+C and Ctrl+D leave the program. */
function ask(system: System, question: string, output: Writable): Promise<string> {
  const readline = createInterface({ input: system.input, output, terminal: true, historySize: 0 });
  return new Promise((resolve, reject) => {
    const leave = () => {
      readline.close();
      reject(new Error('no answer was given'));
    };
    // Leaving closes the prompt, and that must not count as a second Ctrl+C.
    const interrupt = () => {
      if (!system.leave.aborted) system.interrupt();
    };
    system.leave.addEventListener('abort', leave, { once: true });
    for (const event of ['SIGINT', 'close', 'error']) readline.on(event, interrupt);
    readline.question(question, (answer) => {
      readline.off('close', interrupt);
      system.leave.removeEventListener('abort', leave);
      readline.close();
      resolve(answer);
    });
  });
}
