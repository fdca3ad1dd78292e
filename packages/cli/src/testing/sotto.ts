/** Runs the command as people do: a process of its own, with pipes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAIN = join(import.meta.dir, '..', 'main.ts');

export interface Finished {
  code: number;
  output: string;
  errors: string;
}

export interface Running {
  readonly pid: number;
  write(line: string): void;
  /** Ends the input. */
  end(): void;
  /** The first line of output that has this in it, past or to come. */
  line(part: string): Promise<string>;
  signal(name: NodeJS.Signals): void;
  finished(): Promise<Finished>;
}

/** A directory for one test file: `$SOTTO_HOME` and working directory of everything run in it. */
export class Workplace {
  readonly directory = mkdtempSync(join(tmpdir(), 'sotto-cli-'));
  readonly #running = new Set<Running>();

  file(name: string, text: string): string {
    const path = join(this.directory, name);
    writeFileSync(path, text);
    return path;
  }

  start(...words: string[]): Running {
    const child = Bun.spawn([process.execPath, '--no-env-file', MAIN, ...words], {
      cwd: this.directory,
      env: { PATH: process.env.PATH, SOTTO_HOME: join(this.directory, 'home') },
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const output = new Transcript(child.stdout);
    const errors = new Response(child.stderr).text();
    const running: Running = {
      pid: child.pid,
      write: (line) => void child.stdin.write(`${line}\n`),
      end: () => void child.stdin.end(),
      line: (part) => output.line(part),
      signal: (name) => child.kill(name),
      finished: async () => {
        const code = await child.exited;
        this.#running.delete(running);
        return { code, output: await output.whole, errors: await errors };
      },
    };
    this.#running.add(running);
    return running;
  }

  /** With this input, to its end. */
  async run(words: readonly string[], input: readonly string[] = []): Promise<Finished> {
    const running = this.start(...words);
    for (const line of input) running.write(line);
    running.end();
    return running.finished();
  }

  async close(): Promise<void> {
    for (const running of this.#running) running.signal('SIGKILL');
    await Promise.all([...this.#running].map((running) => running.finished()));
    rmSync(this.directory, { recursive: true });
  }
}

/** Output as it comes. */
class Transcript {
  readonly whole: Promise<string>;
  #text = '';
  #ended = false;
  #wake: (() => void)[] = [];

  constructor(stream: ReadableStream<Uint8Array>) {
    this.whole = this.#read(stream);
  }

  async line(part: string): Promise<string> {
    for (;;) {
      const found = this.#text.split('\n').find((line) => line.includes(part));
      if (found !== undefined) return found;
      if (this.#ended) throw new Error(`"${part}" never came; the output was:\n${this.#text}`);
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<string> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      this.#text += decoder.decode(chunk, { stream: true });
      for (const wake of this.#wake.splice(0)) wake();
    }
    this.#ended = true;
    for (const wake of this.#wake.splice(0)) wake();
    return this.#text;
  }
}
