/** Line mode in a pipe or a script: bytes in, bytes out. */
import type { Readable, Writable } from 'node:stream';
import type { InputLine, LineIo } from './io.ts';
import { splitLines } from './parse/split-lines.ts';

export interface PipeStreams {
  input: Readable;
  output: Writable;
  errors: Writable;
}

export class PipeIo implements LineIo {
  readonly interactive = false;
  readonly seat = undefined;
  readonly lines: AsyncIterable<InputLine>;
  readonly #output: Writable;
  readonly #errors: Writable;

  constructor({ input, output, errors }: PipeStreams) {
    this.lines = splitLines(input);
    this.#output = output;
    this.#errors = errors;
  }

  print(lines: readonly string[]): Promise<void> {
    return writeLines(this.#output, lines);
  }

  complain(lines: readonly string[]): Promise<void> {
    return writeLines(this.#errors, lines);
  }

  setPrompt(): void {}
}

/** Waits while the reader is behind, so that a slow one costs no memory; a reader that is gone is no reason to wait. */
function writeLines(stream: Writable, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return Promise.resolve();
  return new Promise((resolve) => stream.write(lines.map((line) => `${line}\n`).join(''), () => resolve()));
}
