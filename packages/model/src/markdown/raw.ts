import type { Alignment } from './ast.ts';
import type { Line } from './lines.ts';

/** What a text is made of, before anybody looks into its lines. */
export type RawBlock =
  | { kind: 'paragraph'; lines: readonly Line[] }
  | { kind: 'heading'; level: number; line: Line }
  /** `whole` goes from fence to fence; `lines` are those between. */
  | { kind: 'code'; info: string; lines: readonly Line[]; whole: Line }
  | { kind: 'quote'; blocks: readonly RawBlock[] }
  | { kind: 'list'; start: number | undefined; items: readonly RawItem[] }
  | {
      kind: 'table';
      aligned: readonly Alignment[];
      head: readonly Line[];
      rows: readonly (readonly Line[])[];
    }
  | { kind: 'rule' };

export interface RawItem {
  isDone: boolean | undefined;
  blocks: readonly RawBlock[];
}

/** The lines of one text, quote or item, and how deep they are in others. */
export interface Section {
  text: string;
  lines: readonly Line[];
  depth: number;
  /** Told how many characters are looked at, so that tests can say what a text costs. */
  onWork: (characters: number) => void;
}

export type RawBlockOf<Kind extends RawBlock['kind']> = Extract<RawBlock, { kind: Kind }>;

/** A block, and the line after its last. */
export interface Found<Block extends RawBlock = RawBlock> {
  block: Block;
  next: number;
}

/** Of the line at `at`; empty beyond the last. */
export function written({ text, lines, onWork }: Section, at: number): string {
  const line = lines[at];
  if (line === undefined) return '';
  onWork(1 + line.end - line.start);
  return text.slice(line.start, line.end);
}
