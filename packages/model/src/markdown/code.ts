/** Where a text is code: fences, and between runs of backticks of one length within a paragraph, heading or cell. */
import type { Line } from './lines.ts';
import type { RawBlock } from './raw.ts';

/** From the first to the last backtick. */
export interface CodeSpan extends Line {
  /** Backticks on each side. */
  ticks: number;
}

interface Run {
  start: number;
  length: number;
}

const TICKS = /`+/g;

/** In order, of what is shown as one: a paragraph, heading or cell. A backslash takes the meaning of one that would begin. */
export function codeSpansOf(text: string, lines: readonly Line[]): readonly CodeSpan[] {
  const runs = lines.flatMap((line) => runsOf(text, line));
  if (runs.length < 2) return [];
  const closers = closersOf(runs);
  const spans: CodeSpan[] = [];
  for (let at = 0; at < runs.length; at++) {
    const run = runs[at];
    if (run === undefined) continue;
    const floor = spans.at(-1)?.end ?? 0;
    const opener = isEscaped(text, run.start, floor) ? { start: run.start + 1, length: run.length - 1 } : run;
    const closer = closers.after(opener.length, at);
    const close = closer === undefined ? undefined : runs[closer];
    if (closer === undefined || close === undefined) continue;
    spans.push({ start: opener.start, end: close.start + close.length, ticks: opener.length });
    at = closer;
  }
  return spans;
}

const runsOf = (text: string, { start, end }: Line): Run[] =>
  [...text.slice(start, end).matchAll(TICKS)].map(({ 0: { length }, index }) => ({
    start: start + index,
    length,
  }));

/** Asked in the order of the runs, so that each is passed over once. */
function closersOf(runs: readonly Run[]) {
  const byLength = new Map<number, { at: number[]; passed: number }>();
  for (const [at, { length }] of runs.entries()) {
    const alike = byLength.get(length) ?? { at: [], passed: 0 };
    alike.at.push(at);
    byLength.set(length, alike);
  }
  return {
    after(length: number, from: number): number | undefined {
      const alike = byLength.get(length);
      if (alike === undefined) return undefined;
      while ((alike.at[alike.passed] ?? runs.length) <= from) alike.passed += 1;
      return alike.at[alike.passed];
    },
  };
}

/** Whether the backslashes before it are odd in number. */
function isEscaped(text: string, at: number, floor: number): boolean {
  let from = at;
  while (from > floor && text[from - 1] === '\\') from -= 1;
  return (at - from) % 2 === 1;
}

/** All that is code, in order. */
export const codeIn = (text: string, blocks: readonly RawBlock[]): readonly Line[] =>
  blocks.flatMap((block) => codeOf(text, block));

function codeOf(text: string, block: RawBlock): readonly Line[] {
  switch (block.kind) {
    case 'paragraph':
      return codeSpansOf(text, block.lines);
    case 'heading':
      return codeSpansOf(text, [block.line]);
    case 'code':
      return [block.whole];
    case 'quote':
      return codeIn(text, block.blocks);
    case 'list':
      return block.items.flatMap((item) => codeIn(text, item.blocks));
    case 'table':
      return [block.head, ...block.rows].flat().flatMap((cell) => codeSpansOf(text, [cell]));
    case 'rule':
      return [];
  }
}
