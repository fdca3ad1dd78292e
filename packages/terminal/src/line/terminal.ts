/** Line mode for somebody at a terminal: what arrives never breaks into what is being typed. */
import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from 'node:readline';
import type { Completions } from './complete.ts';
import { Curtain } from './curtain.ts';
import type { InputLine, LineIo, Seat } from './io.ts';
import { suspendOnControlZ } from './suspend.ts';
import { INDENT } from './text/words.ts';

/** Lines typed ahead while one is carried out. */
const TYPED_AHEAD_MAX = 1_000;
const COLUMNS_DEFAULT = 80;
const BELL = '\u0007';

export interface TerminalStreams {
  input: NodeJS.ReadStream;
  output: NodeJS.WriteStream;
}

interface Question {
  prompt: string;
  secret: boolean;
  answer(line: string): void;
}

export class TerminalIo implements LineIo {
  readonly interactive = true;
  readonly seat: Seat;
  readonly lines: AsyncIterable<InputLine>;
  readonly #input: NodeJS.ReadStream;
  readonly #output: NodeJS.WriteStream;
  /** What readline draws, which is nothing while a secret is typed. */
  readonly #curtain: Curtain;
  readonly #readline: Interface;
  #linePrompt = '> ';
  /** What stands right above the prompt: as it is to be, and as it was drawn. */
  #above: (columns: number) => readonly string[] = () => [];
  #drawnAbove: readonly string[] = [];
  #question: Question | undefined;
  readonly #typed: string[] = [];
  #ended = false;
  #wake: () => void = () => undefined;
  #giveUp: () => void = () => undefined;
  #keyed: () => void = () => undefined;

  /** `leave` is called for Ctrl+C, `complete` for Tab. */
  constructor(
    { input, output }: TerminalStreams,
    leave: () => void,
    complete: (line: string) => Completions = () => [[], ''],
  ) {
    this.#output = output;
    this.#curtain = new Curtain(output);
    this.#readline = createInterface({
      input,
      output: this.#curtain,
      terminal: true,
      prompt: this.#linePrompt,
      historySize: 200,
      completer: (line: string) => (this.#question === undefined ? complete(line) : [[], line]),
    });
    this.seat = {
      questions: {
        ask: (question) => this.#ask(question, false),
        askSecret: (question) => this.#ask(question, true),
        tell: (lines) => void this.print(lines),
      },
      ring: () => void this.#output.write(BELL),
      onKey: (listener) => {
        this.#keyed = listener;
      },
      typed: () => (this.#question === undefined ? this.#readline.line : ''),
      prefill: (text) => this.#readline.write(text),
      showAbove: (rows) => this.#showAbove(rows),
    };
    this.#readline.on('line', (line) => this.#take(line));
    this.#readline.on('SIGINT', leave);
    this.#input = input;
    // After readline's own listener: it has put the key into the line by then.
    input.on('keypress', this.#pressed);
    suspendOnControlZ(this.#readline, input, () => {
      // The shell wrote in between.
      this.#drawnAbove = [];
      this.#drawAbove();
      this.#prompt();
    });
    this.#readline.once('close', () => this.#leave());
    // A terminal that is gone cannot be set back to its mode.
    this.#readline.on('error', () => this.#end());
    // Before readline's own listener: the terminal has broken the typed line anew by itself.
    output.prependListener('resize', this.#resized);
    this.lines = this.#read();
  }

  async print(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    if (!this.#ended) this.#clear(this.#readline.getCursorPos().rows + this.#rowsAbove());
    this.#output.write(lines.flatMap((line) => wrapLine(line, this.#columns)).join('\n'));
    this.#output.write('\n');
    this.#drawAbove();
    this.#prompt();
  }

  /** In its place among the other lines, where it belongs to what was typed. */
  complain(lines: readonly string[]): Promise<void> {
    return this.print(lines);
  }

  setPrompt(prompt: string): void {
    this.#linePrompt = prompt;
    if (this.#question !== undefined) return;
    this.#readline.setPrompt(prompt);
    this.#prompt();
  }

  /** Gives the terminal back, without the prompt. */
  close(): void {
    this.#leave();
    this.#input.off('keypress', this.#pressed);
    this.#output.off('resize', this.#resized);
    this.#readline.close();
    this.#curtain.release();
  }

  /** One at a time. Rejects when the terminal is given back before there is an answer. */
  async #ask(prompt: string, secret: boolean): Promise<string> {
    if (this.#ended) throw new Error('no answer was given');
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    this.#question = { prompt, secret, answer: resolve };
    this.#giveUp = () => reject(new Error('no answer was given'));
    this.#readline.setPrompt(prompt);
    this.#prompt();
    this.#readline.resume();
    try {
      return await promise;
    } finally {
      this.#question = undefined;
      this.#giveUp = () => undefined;
      this.#readline.setPrompt(this.#linePrompt);
      this.#prompt();
    }
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
    const { secret = false, prompt = '' } = this.#question ?? {};
    if (secret) {
      this.#clear(0);
      this.#output.write(prompt);
    }
    this.#curtain.drawn = secret;
    this.#readline.prompt(true);
  }

  /** Takes the typed line off the screen; whoever carries it out prints what stands in its place. */
  #take(line: string): void {
    const question = this.#question;
    const shown = question?.secret === true ? '' : line;
    const width = Bun.stringWidth(this.#readline.getPrompt() + shown);
    // A secret's line was not broken by readline, which shows nothing of it.
    this.#clear(Math.floor(width / this.#columns) + (question?.secret === true ? 0 : 1));
    if (question !== undefined) {
      if (question.secret) this.#forgetLast();
      question.answer(line);
      return;
    }
    this.#typed.push(line);
    if (this.#typed.length >= TYPED_AHEAD_MAX) this.#readline.pause();
    this.#wake();
    this.#prompt();
  }

  /** The Up key brings back what was typed before, but no answers. */
  #forgetLast(): void {
    const { history } = this.#readline as Interface & { history?: string[] };
    history?.shift();
  }

  #showAbove(rows: (columns: number) => readonly string[]): void {
    this.#above = rows;
    // A secret's line is not known to readline as it is shown, and a question is soon answered.
    if (this.#ended || this.#question?.secret === true) return;
    if (this.#drawnAbove.length === 0 && rows(this.#columns).length === 0) return;
    this.#clear(this.#readline.getCursorPos().rows + this.#rowsAbove());
    this.#drawAbove();
    this.#prompt();
  }

  /** The cursor is at the start of a fresh line. */
  #drawAbove(): void {
    this.#drawnAbove = this.#ended ? [] : this.#above(this.#columns);
    for (const row of this.#drawnAbove) this.#output.write(`${row}\n`);
  }

  /** A terminal that was made narrower has broken them. */
  #rowsAbove(): number {
    const rowsOf = (row: string) => Math.max(1, Math.ceil(Bun.stringWidth(row) / this.#columns));
    return this.#drawnAbove.reduce((sum, row) => sum + rowsOf(row), 0);
  }

  /** Without the prompt, also where Ctrl+D ended it. */
  #leave(): void {
    if (!this.#ended) this.#clear(this.#readline.getCursorPos().rows + this.#rowsAbove());
    this.#drawnAbove = [];
    this.#end();
  }

  /** Else readline would go up by the rows that the line had before, and take what stands above it off the screen. */
  readonly #resized = (): void => {
    Object.assign(this.#readline, { prevRows: this.#readline.getCursorPos().rows });
  };

  readonly #pressed = (): void => {
    if (this.#question === undefined && !this.#ended) this.#keyed();
  };

  #end(): void {
    this.#ended = true;
    this.#giveUp();
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
