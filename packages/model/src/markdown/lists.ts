import { indentOf, isBlank, type Line, outdented } from './lines.ts';
import { type Found, type RawBlock, type RawBlockOf, type RawItem, type Section, written } from './raw.ts';

interface Marker {
  /** Items belong together where it is the same. */
  sort: string;
  number: number | undefined;
  /** Columns before the mark, and before what follows it. */
  indent: number;
  content: number;
  /** Units of the line before what follows the mark. */
  length: number;
  isEmpty: boolean;
}

const MARKER = /^([ \t]*)([-*+]|\d{1,9}[.)])([ \t]+|$)/;
const TASK = /^\[([ xX])\][ \t]+(?=\S)/;
/** Behind a mark; what stands further in shows its own space. */
const SPACE_MAX = 4;
/** Beneath the mark a line belongs to the item from here on, even where that is not yet beneath its text. */
const INDENT_MIN = 2;

export type ReadBlocks = (section: Section) => readonly RawBlock[];

/** Whether a list begins here; within a paragraph more is asked for, since numbers and dashes begin lines of prose too. */
export function opensList(line: string, isInParagraph: boolean): boolean {
  const marker = markerOf(line);
  return (
    marker !== undefined &&
    !marker.isEmpty &&
    (!isInParagraph || marker.number === undefined || marker.number === 1)
  );
}

export function readList(
  section: Section,
  at: number,
  readBlocks: ReadBlocks,
): Found<RawBlockOf<'list'>> | undefined {
  const first = markerOf(written(section, at));
  if (first === undefined || first.isEmpty) return undefined;
  const items: RawItem[] = [];
  let next = at;
  for (let marker: Marker | undefined = first; marker !== undefined; ) {
    const end = itemEnd(section, next, marker);
    items.push(itemOf(section, next, end, marker, readBlocks));
    const sibling = skipBlank(section, end);
    const following: Marker | undefined = markerOf(written(section, sibling));
    marker = following?.sort === first.sort ? following : undefined;
    next = marker === undefined ? end : sibling;
  }
  return { block: { kind: 'list', start: first.number, items }, next };
}

function markerOf(line: string): Marker | undefined {
  const [whole, space = '', mark = '', gap = ''] = MARKER.exec(line) ?? [];
  if (whole === undefined) return undefined;
  const kept = gap.length > SPACE_MAX ? 1 : gap.length;
  const indent = indentOf(space);
  return {
    sort: mark.slice(-1),
    number: mark.length > 1 ? Number(mark.slice(0, -1)) : undefined,
    indent,
    content: indent + mark.length + Math.max(kept, 1),
    length: space.length + mark.length + kept,
    isEmpty: whole.length === line.length,
  };
}

/** The line after the item: blank ones belong to it only where more of it follows. */
function itemEnd(section: Section, at: number, marker: Marker): number {
  const least = Math.min(marker.content, marker.indent + INDENT_MIN);
  let end = at + 1;
  for (let next = end; next < section.lines.length; next++) {
    const line = written(section, next);
    if (isBlank(line)) continue;
    if (indentOf(line) < least) break;
    end = next + 1;
  }
  return end;
}

function skipBlank(section: Section, from: number): number {
  let at = from;
  while (at < section.lines.length && isBlank(written(section, at))) at += 1;
  return at;
}

function itemOf(section: Section, at: number, end: number, marker: Marker, readBlocks: ReadBlocks): RawItem {
  const { text, depth } = section;
  const [opener, ...others] = section.lines.slice(at, end);
  const first: Line = { start: (opener?.start ?? 0) + marker.length, end: opener?.end ?? 0 };
  const task = TASK.exec(text.slice(first.start, first.end));
  if (task !== null) first.start += task[0].length;
  first.start = Math.min(first.start, first.end);
  const lines = [first, ...others.map((line) => outdented(text, line, marker.content))];
  return {
    isDone: task === null ? undefined : task[1] !== ' ',
    blocks: readBlocks({ ...section, lines, depth: depth + 1 }),
  };
}
