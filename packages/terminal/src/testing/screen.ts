/** As much of a terminal as the line client uses: what stands where after all that was written. */
import { Writable } from 'node:stream';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a terminal is told by
const PIECE = /\u001b\[(\d*)(?:;(\d*))?([A-Za-z])|\r|\n|\u0007|[^\u001b\r\n\u0007]/gu;

export class Screen extends Writable {
  readonly isTTY = true;
  columns: number;
  readonly rows = 30;
  #lines: string[] = [''];
  #row = 0;
  #column = 0;

  constructor(columns: number) {
    super({ decodeStrings: false });
    this.columns = columns;
  }

  /** Without blanks at their ends. */
  get lines(): readonly string[] {
    return this.#lines.map((line) => line.trimEnd());
  }

  /** Rows that do not fit any more are broken, as terminals do it; the cursor stays behind the same character. */
  resize(columns: number): void {
    const broken = this.#lines.map(
      (line) => line.trimEnd().match(new RegExp(`.{1,${columns}}`, 'gu')) ?? [''],
    );
    const above = broken.slice(0, this.#row).reduce((sum, rows) => sum + rows.length, 0);
    this.#row = above + Math.floor(this.#column / columns);
    this.#column %= columns;
    this.#lines = broken.flat();
    this.columns = columns;
    this.emit('resize');
  }

  override _write(chunk: unknown, _encoding: BufferEncoding, done: () => void): void {
    for (const piece of String(chunk).matchAll(PIECE)) this.#take(piece[0], piece[3], piece[1]);
    done();
  }

  #take(text: string, command: string | undefined, count: string | undefined): void {
    if (command !== undefined)
      this.#obey(command, count === undefined || count === '' ? undefined : Number(count));
    else if (text === '\r') this.#column = 0;
    else if (text === '\n') this.#down();
    else if (text !== '\u0007') this.#put(text);
  }

  #obey(command: string, count: number | undefined): void {
    const steps = count ?? 1;
    if (command === 'A') this.#row = Math.max(0, this.#row - steps);
    else if (command === 'B') for (let step = 0; step < steps; step++) this.#down();
    else if (command === 'C') this.#column += steps;
    else if (command === 'D') this.#column = Math.max(0, this.#column - steps);
    else if (command === 'G') this.#column = steps - 1;
    else if (command === 'J') {
      this.#lines = this.#lines.slice(0, this.#row + 1);
      this.#set(this.#line.slice(0, this.#column));
    } else if (command === 'K') this.#set(count === 2 ? '' : this.#line.slice(0, this.#column));
    else throw new Error(`the screen does not know ${command}`);
  }

  /** A line feed goes to the beginning as well: terminals are set so. */
  #down(): void {
    this.#column = 0;
    this.#row += 1;
    if (this.#row === this.#lines.length) this.#lines.push('');
  }

  #put(character: string): void {
    if (this.#column >= this.columns) this.#down();
    const before = this.#line.slice(0, this.#column).padEnd(this.#column);
    this.#set(before + character + this.#line.slice(this.#column + 1));
    this.#column += 1;
  }

  get #line(): string {
    return this.#lines[this.#row] ?? '';
  }

  #set(line: string): void {
    this.#lines[this.#row] = line;
  }
}
