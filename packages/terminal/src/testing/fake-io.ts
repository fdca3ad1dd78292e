import type { InputLine, LineIo, Seat } from '../line/io.ts';

/** Lines as given; what is printed is kept. */
export class FakeIo implements LineIo {
  readonly interactive: boolean;
  readonly printed: string[] = [];
  readonly complained: string[] = [];
  prompt = '';
  /** What stands in the line that is being typed. */
  typed = '';
  /** What stands right above the line that is typed. */
  above: readonly string[] = [];
  /** Whatever stood there, in order. */
  readonly drawn: string[] = [];
  rings = 0;
  /** Types this so far. */
  press: (line: string) => void = () => undefined;
  /** Answers to questions, in order; what was asked is printed. */
  readonly answers: string[] = [];
  readonly seat: Seat | undefined;
  readonly lines: AsyncIterable<InputLine>;

  constructor(lines: Iterable<string> | AsyncIterable<string>, interactive = false) {
    this.interactive = interactive;
    this.lines = inputLines(lines);
    this.seat = interactive ? this.#sit() : undefined;
  }

  #sit(): Seat {
    const ask = async (question: string) => {
      this.printed.push(question);
      return this.answers.shift() ?? '';
    };
    return {
      questions: { ask, askSecret: ask, tell: (lines) => this.printed.push(...lines) },
      onKey: (listener) => {
        this.press = (line) => {
          this.typed = line;
          listener();
        };
      },
      ring: () => {
        this.rings += 1;
      },
      typed: () => this.typed,
      showAbove: (rows) => {
        this.above = rows(80);
        const all = this.above.join('\n');
        if (all !== (this.drawn.at(-1) ?? '')) this.drawn.push(all);
      },
      prefill: (text) => {
        this.typed = text;
      },
    };
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
