import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { type Questions, suspendOnControlZ } from '@sotto/terminal';
import { isInteractive, print, type System } from './system.ts';

/** Runs `use` with somebody to ask, or with undefined where nobody is there; gives the terminal back afterwards. */
export async function withPrompts<T>(
  system: System,
  use: (questions: Questions | undefined) => Promise<T>,
): Promise<T> {
  if (!isInteractive(system)) return use(undefined);
  const prompts = new Prompts(system);
  try {
    return await use(prompts);
  } finally {
    prompts.close();
  }
}

/** For programs, which nobody may be asked for. */
export function withoutPrompts<T>(_: System, use: (questions: undefined) => Promise<T>): Promise<T> {
  return use(undefined);
}

/** Lines typed before they were asked for. */
const TYPED_AHEAD_MAX = 16;

/**
 * Holds the terminal from the first question to the last, so that what is typed shows only while a question says so:
 * a password typed a moment early shows no more than one in time. Ctrl+C and Ctrl+D leave the program.
 */
class Prompts implements Questions {
  readonly #system: System;
  readonly #readline: Interface;
  readonly #typed: string[] = [];
  #shown = false;
  #waiting: { resolve: (answer: string) => void; reject: (error: Error) => void } | undefined;

  constructor(system: System) {
    this.#system = system;
    const output = new Writable({
      write: (chunk, _encoding, done) => {
        if (this.#shown) system.output.write(chunk);
        done();
      },
    });
    this.#readline = createInterface({ input: system.input, output, terminal: true, historySize: 0 });
    this.#readline.on('line', (line) => this.#take(line));
    for (const event of ['SIGINT', 'close', 'error']) this.#readline.on(event, this.#interrupt);
    suspendOnControlZ(this.#readline, system.input, () => this.#readline.prompt(true));
    system.leave.addEventListener('abort', this.#giveUp, { once: true });
  }

  async ask(question: string): Promise<string> {
    this.#shown = true;
    this.#readline.setPrompt(question);
    this.#readline.prompt(true);
    return this.#answer();
  }

  async askSecret(question: string): Promise<string> {
    this.#system.output.write(question);
    const answer = await this.#answer();
    this.#system.output.write('\n');
    return answer;
  }

  tell(lines: readonly string[]): void {
    print(this.#system, lines);
  }

  close(): void {
    this.#readline.off('close', this.#interrupt);
    this.#system.leave.removeEventListener('abort', this.#giveUp);
    this.#readline.close();
  }

  async #answer(): Promise<string> {
    const early = this.#typed.shift();
    const answer =
      early ?? (await new Promise<string>((resolve, reject) => (this.#waiting = { resolve, reject })));
    this.#shown = false;
    return answer;
  }

  #take(line: string): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) waiting.resolve(line);
    else if (this.#typed.length < TYPED_AHEAD_MAX) this.#typed.push(line);
  }

  readonly #giveUp = (): void => {
    this.#waiting?.reject(new Error('no answer was given'));
    this.close();
  };

  /** Leaving closes the prompt, and that must not count as a second Ctrl+C. */
  readonly #interrupt = (): void => {
    if (!this.#system.leave.aborted) this.#system.interrupt();
  };
}
