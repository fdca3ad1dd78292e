/** Line mode for somebody at a terminal: what arrives never breaks into what is being typed. */
import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from 'node:readline';
import type { InputLine, LineIo } from './io.ts';
import { suspendOnControlZ } from './suspend.ts';
import { INDENT } from './words.ts';

/** Lines typed ahead while one is carried out. */
const TYPED_AHEAD_MAX = 1_000;
const COLUMNS_DEFAULT = 80;

export interface TerminalStreams {
  input: NodeJS.ReadStream;
  output: NodeJS.WriteStream;
}

export class TerminalIo implements LineIo {
  readonly interactive = true;
  readonly lines: AsyncIterable<InputLine>;
  readonly #output: NodeJS.WriteStream;
  readonly #readline: Interface;
  readonly #typed: string[] = [];
  #ended = false;
  #wake: () => void = () => undefined;

  /** `leave` is called for Ctrl+C. */
  constructor({ input, output }: TerminalStreams, leave: () => void) {
    this.#output = output;
    this.#readline = createInterface({ input, output, terminal: true, prompt: '> ', historySize: 200 });
    this.#readline.on('line', (line) => this.#take(line));
    this.#readline.on('SIGINT', leave);
    suspendOnControlZ(this.#readline, input, () => this.#prompt());
    this.#readline.once('close', () => this.#leave());
    // A terminal that is gone cannot be set back to its mode.
    this.#readline.on('error', () => this.#end());
    // Before readline's own listener: the terminal has broken the typed line anew by itself.
    output.prependListener('resize', this.#resized);
    this.lines = this.#read();
  }

  async print(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    if (!this.#ended) this.#clear(this.#readline.getCursorPos().rows);
    this.#output.write(lines.flatMap((line) => wrapLine(line, this.#columns)).join('\n'));
    this.#output.write('\n');
    this.#prompt();
  }

  /** In its place among the other lines, where it belongs to what was typed. */
  complain(lines: readonly string[]): Promise<void> {
    return this.print(lines);
  }

  setPrompt(prompt: string): void {
    this.#readline.setPrompt(prompt);
    this.#prompt();
  }

  /** Gives the terminal back, without the prompt. */
  close(): void {
    this.#leave();
    this.#output.off('resize', this.#resized);
    this.#readline.close();
  }

  get #columns(): number {
    return this.#output.columns || COLUMNS_DEFAULT;
  }

  /** From so many rows up to the end of the screen. */
  #clear(rowsUp: number): void {
    moveCursor(this.#output, 0, -rowsUp);
    cursorTo(this.#output, 0);
    clearScreenDown(this.#output);
  }

  #prompt(): void {
    if (this.#ended) return;
    // The cursor is at the start of a fresh line; readline would go up by the rows of its last drawing.
    Object.assign(this.#readline, { prevRows: 0 });
    this.#readline.prompt(true);
  }

  /** Takes the typed line off the screen; whoever carries it out prints what stands in its place. */
  #take(line: string): void {
    const width = Bun.stringWidth(this.#readline.getPrompt() + line);
    this.#clear(Math.floor(width / this.#columns) + 1);
    this.#typed.push(line);
    if (this.#typed.length >= TYPED_AHEAD_MAX) this.#readline.pause();
    this.#wake();
    this.#prompt();
  }

  /** Without the prompt, also where Ctrl+D ended it. */
  #leave(): void {
    if (!this.#ended) this.#clear(this.#readline.getCursorPos().rows);
    this.#end();
  }

  /** Else readline would go up by the rows that the line had before, and take what stands above it off the screen. */
  readonly #resized = (): void => {
    Object.assign(this.#readline, { prevRows: this.#readline.getCursorPos().rows });
  };

  #end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *#read(): AsyncGenerator<InputLine> {
    for (;;) {
      const text = this.#typed.shift();
      if (text !== undefined) yield { kind: 'line', text };
      else if (this.#ended) return;
      else {
        this.#readline.resume();
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}

/** Rows after the first are indented, so that no text can pass for a line of its own by being long. */
export function wrapLine(line: string, columns: number): readonly string[] {
  const room = Math.max(columns - INDENT.length, 1);
  if (Bun.stringWidth(line) < columns) return [line];
  const rows = Bun.wrapAnsi(line, room, { hard: true, wordWrap: true, trim: false }).split('\n');
  return rows.map((row, at) => (at === 0 ? row : INDENT + row.replace(/^ /, '')));
}
