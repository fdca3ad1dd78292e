/** Runs the command as people do: a process of its own, with pipes; and within this one, where that makes no difference. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { run } from '../run.ts';
import type { System } from '../system.ts';

const COMMAND = [process.execPath, '--no-env-file', join(import.meta.dir, '..', 'main.ts')];

export interface Finished {
  code: number;
  output: string;
  errors: string;
}

export interface Talking {
  write(line: string): void;
  /** Ends the input. */
  end(): void;
  /** The first line of output that has this in it, past or to come. */
  line(part: string): Promise<string>;
  /** All output so far. */
  printed(): string;
  finished(): Promise<Finished>;
}

/** In a process of its own. */
export interface Running extends Talking {
  readonly pid: number;
  signal(name: NodeJS.Signals): void;
}

/** In this process. */
export interface Here extends Talking {
  /** As SIGTERM does. */
  leave(): void;
}

export interface Seated {
  type(keys: string): void;
  /** Resolves when this was on the screen. */
  sees(part: string): Promise<string>;
  /** Everything written to the terminal, control sequences included. */
  screen(): string;
  hangUp(): void;
  exited(): Promise<number>;
}

/** What a process has from whoever starts it. */
export interface Surroundings {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** The command in this process: where that makes no difference, since most of what a process does is to load the program. */
export function startHere(words: readonly string[], { cwd, env }: Surroundings): Here {
  const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const streams = { input, output, errors } as unknown as Pick<System, 'input' | 'output' | 'errors'>;
  const leaving = new AbortController();
  const leave = () => leaving.abort();
  const transcript = new Transcript();
  const whole = transcript.addAll(output);
  const complaints = text(errors);
  const system = { ...streams, environment: env, directory: cwd, leave: leaving.signal, interrupt: leave };
  const ended = run(words, system).finally(() => {
    for (const stream of [output, errors]) stream.end();
  });
  return {
    write: (line) => void input.write(`${line}\n`),
    end: () => void input.end(),
    line: (part) => transcript.line(part).catch(alsoSaying(complaints)),
    printed: () => transcript.text,
    leave,
    finished: async () => ({ code: await ended, output: await whole, errors: await complaints }),
  };
}

/** A directory for one test file: `$SOTTO_HOME` and working directory of everything run in it. */
export class Workplace {
  readonly directory = mkdtempSync(join(tmpdir(), 'sotto-cli-'));
  readonly #running = new Set<Running>();
  readonly #here = new Set<Here>();
  readonly #inside: readonly string[];

  /** `inside` goes before every command, to run it elsewhere. */
  constructor(inside: readonly string[] = []) {
    this.#inside = inside;
  }

  file(name: string, text: string): string {
    const path = join(this.directory, name);
    writeFileSync(path, text);
    return path;
  }

  start(...words: string[]): Running {
    const child = Bun.spawn([...this.#inside, ...COMMAND, ...words], {
      ...this.#surroundings(),
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const output = new Transcript();
    const whole = output.addAll(child.stdout);
    const errors = new Response(child.stderr).text();
    const running: Running = {
      pid: child.pid,
      write: (line) => void child.stdin.write(`${line}\n`),
      end: () => void child.stdin.end(),
      line: (part) => output.line(part).catch(alsoSaying(errors)),
      printed: () => output.text,
      signal: (name) => child.kill(name),
      finished: async () => {
        const code = await child.exited;
        this.#running.delete(running);
        return { code, output: await whole, errors: await errors };
      },
    };
    this.#running.add(running);
    return running;
  }

  /** In front of somebody: `type` is what they press. */
  sit(...words: string[]): Seated {
    const screen = new Transcript();
    const child = Bun.spawn([...this.#inside, ...COMMAND, ...words], {
      ...this.#surroundings(),
      terminal: { cols: 100, rows: 30, data: (_, data) => screen.add(data) },
    });
    const ended = child.exited.finally(() => screen.end());
    return {
      type: (keys) => void child.terminal?.write(keys),
      sees: (part) => screen.line(part),
      screen: () => screen.text,
      hangUp: () => child.terminal?.close(),
      exited: () => ended,
    };
  }

  /** As `start`, in this process. A server not, beside `sotto admin` in here: each would wait for the other's database. */
  startHere(...words: string[]): Talking {
    const here = startHere(words, this.#surroundings());
    this.#here.add(here);
    return here;
  }

  /** With this input, to its end. */
  run(words: readonly string[], input: readonly string[] = []): Promise<Finished> {
    return finish(this.start(...words), input);
  }

  /** As `run`, in this process. */
  runHere(words: readonly string[], input: readonly string[] = []): Promise<Finished> {
    return finish(this.startHere(...words), input);
  }

  #surroundings(): Surroundings {
    return {
      cwd: this.directory,
      env: { PATH: process.env.PATH, TERM: 'xterm', SOTTO_HOME: join(this.directory, 'home') },
    };
  }

  async close(): Promise<void> {
    for (const here of this.#here) here.leave();
    await Promise.all([...this.#here].map((here) => here.finished()));
    for (const running of this.#running) running.signal('SIGKILL');
    await Promise.all([...this.#running].map((running) => running.finished()));
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function finish(talking: Talking, input: readonly string[]): Promise<Finished> {
  for (const line of input) talking.write(line);
  talking.end();
  return talking.finished();
}

/** Rethrows, with what was complained of: that says why. */
function alsoSaying(errors: Promise<string>): (error: unknown) => Promise<never> {
  return async (error) => {
    throw new Error(`${error instanceof Error ? error.message : error}\nand the errors:\n${await errors}`);
  };
}

/** Output as it comes. */
class Transcript {
  text = '';
  #ended = false;
  #wake: (() => void)[] = [];
  readonly #decoder = new TextDecoder();

  add(chunk: Uint8Array): void {
    this.text += this.#decoder.decode(chunk, { stream: true });
    this.#wakeAll();
  }

  end(): void {
    this.#ended = true;
    this.#wakeAll();
  }

  async addAll(stream: AsyncIterable<Uint8Array>): Promise<string> {
    for await (const chunk of stream) this.add(chunk);
    this.end();
    return this.text;
  }

  async line(part: string): Promise<string> {
    for (;;) {
      const found = this.text.split('\n').find((line) => line.includes(part));
      if (found !== undefined) return found;
      if (this.#ended) throw new Error(`"${part}" never came; the output was:\n${this.text}`);
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
