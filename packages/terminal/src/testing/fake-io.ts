import type { InputLine, LineIo } from '../line/io.ts';

/** Lines as given; what is printed is kept. */
export class FakeIo implements LineIo {
  readonly interactive: boolean;
  readonly printed: string[] = [];
  readonly complained: string[] = [];
  prompt = '';
  readonly lines: AsyncIterable<InputLine>;

  constructor(lines: Iterable<string> | AsyncIterable<string>, interactive = false) {
    this.interactive = interactive;
    this.lines = inputLines(lines);
  }

  async print(lines: readonly string[]): Promise<void> {
    this.printed.push(...lines);
  }

  async complain(lines: readonly string[]): Promise<void> {
    this.complained.push(...lines);
  }

  setPrompt(prompt: string): void {
    this.prompt = prompt;
  }
}

async function* inputLines(lines: Iterable<string> | AsyncIterable<string>): AsyncGenerator<InputLine> {
  for await (const text of lines) yield { kind: 'line', text };
}
