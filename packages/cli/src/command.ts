import type { System } from './system.ts';

export interface Option {
  /** What the value is, for help; undefined for switches. */
  argument?: string;
  description: string;
}

export interface Positional {
  name: string;
  optional?: boolean;
}

/** One word after `sotto`. Its help is made from this. */
export interface Command {
  name: string;
  /** One sentence. */
  summary: string;
  positionals: readonly Positional[];
  /** By name without dashes. */
  options: Readonly<Record<string, Option>>;
  /** Paragraphs below the options. */
  notes: readonly string[];
  /** Resolves to the exit code; rejections are explained and turned into one. */
  run(args: Arguments, system: System): Promise<number>;
}

/** A command line that fits its command. */
export class Arguments {
  readonly #positionals: readonly string[];
  readonly #values: ReadonlyMap<string, string>;
  readonly #switches: ReadonlySet<string>;

  constructor(
    positionals: readonly string[],
    values: ReadonlyMap<string, string>,
    switches: ReadonlySet<string>,
  ) {
    this.#positionals = positionals;
    this.#values = values;
    this.#switches = switches;
  }

  positional(at: number): string | undefined {
    return this.#positionals[at];
  }

  value(option: string): string | undefined {
    return this.#values.get(option);
  }

  has(option: string): boolean {
    return this.#switches.has(option);
  }
}
