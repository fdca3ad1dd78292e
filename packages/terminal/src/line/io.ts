import type { Questions } from './sign-in.ts';

/** Where lines come from and go to: a pipe, a terminal, or a test. */
export interface LineIo {
  /** Somebody sits there: what they type is shown as a message at once, and text alone goes to the last target. */
  readonly interactive: boolean;
  /** Ends with the input. */
  readonly lines: AsyncIterable<InputLine>;
  /** Lines that belong together. Resolves when the other side has room for more. */
  print(lines: readonly string[]): Promise<void>;
  /** The same to standard error, where that is a place of its own. */
  complain(lines: readonly string[]): Promise<void>;
  /** Shown in front of what is typed. */
  setPrompt(prompt: string): void;
  /** A terminal; undefined in a pipe. */
  readonly seat: Seat | undefined;
}

/** What only somebody in front of a terminal has. */
export interface Seat {
  /** While a question waits, the next line is its answer and no command. */
  questions: Questions;
  ring(): void;
  /** Called after each key that may have changed the line. */
  onKey(listener: () => void): void;
  /** What is typed and not entered yet. */
  typed(): string;
  /** Puts this into the line that is being typed, as if typed: one line, safe to print. */
  prefill(text: string): void;
  /** Rows right above the line that is typed, drawn anew whenever they are needed; each narrower than `columns`. */
  showAbove(rows: (columns: number) => readonly string[]): void;
}

export type InputLine = { kind: 'line'; text: string } | { kind: 'tooLong' };

/** Longer than the longest message with the longest list of recipients; the rest of such a line is dropped. */
export const INPUT_LINE_MAX_BYTES = 64 * 1024;
