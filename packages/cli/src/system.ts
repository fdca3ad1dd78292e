/** What a command gets of the world around it. */
export interface System {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The current directory. */
  readonly directory: string;
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly errors: NodeJS.WriteStream;
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP, and when nobody reads the output any more. */
  readonly leave: AbortSignal;
  /** Aborts `leave`, for Ctrl+C in a terminal that hands it over as a key. */
  interrupt(): void;
}

export function print(system: System, lines: readonly string[]): void {
  if (lines.length > 0) system.output.write(`${fitted(lines, system.output).join('\n')}\n`);
}

export function complain(system: System, lines: readonly string[]): void {
  if (lines.length > 0) system.errors.write(`${fitted(lines, system.errors).join('\n')}\n`);
}

/**
 * On a terminal, lines break between words and keep their indent; a word longer than a row, like a fingerprint, stays
 * whole, so that it can be copied. Elsewhere lines stay as they are.
 */
export function fitted(
  lines: readonly string[],
  { isTTY, columns }: { isTTY?: boolean; columns?: number },
): readonly string[] {
  if (isTTY !== true || columns === undefined || columns <= 0) return lines;
  return lines.flatMap((line) => {
    if (Bun.stringWidth(line) <= columns) return [line];
    const indent = /^ */.exec(line)?.[0] ?? '';
    const room = Math.max(columns - indent.length, 1);
    return breakBetweenWords(line.trimStart(), room).map((row) => indent + row);
  });
}

/** A word that fits no row goes on where it is: only the terminal breaks it, and knows that it is one. */
function breakBetweenWords(text: string, columns: number): readonly string[] {
  const rows: string[] = [];
  let row = '';
  for (const word of text.split(' ')) {
    const longer = row === '' ? word : `${row} ${word}`;
    const breaks = row !== '' && Bun.stringWidth(longer) > columns && Bun.stringWidth(word) <= columns;
    if (breaks) rows.push(row.trimEnd());
    row = breaks ? word : longer;
  }
  return [...rows, row];
}

/** Somebody can be asked. */
export function isInteractive({ input, output }: System): boolean {
  return input.isTTY === true && output.isTTY === true;
}
