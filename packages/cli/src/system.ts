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
  if (lines.length > 0) system.output.write(`${lines.join('\n')}\n`);
}

export function complain(system: System, lines: readonly string[]): void {
  if (lines.length > 0) system.errors.write(`${lines.join('\n')}\n`);
}

/** Somebody can be asked. */
export function isInteractive({ input, output }: System): boolean {
  return input.isTTY === true && output.isTTY === true;
}
