import type { Alignment } from './ast.ts';
import { opensFence } from './fences.ts';
import { type Line, trimmed } from './lines.ts';
import { type Found, type RawBlockOf, type Section, written } from './raw.ts';

const COLUMN = /^(:?)-+(:?)$/;

/** A line with bars, and below it a line of dashes with as many. */
export function readTable(section: Section, at: number): Found<RawBlockOf<'table'>> | undefined {
  const head = section.lines[at];
  const ruler = section.lines[at + 1];
  if (head === undefined || ruler === undefined || !mayBeRow(section, at)) return undefined;
  const aligned = alignmentsOf(section.text, ruler);
  const cells = cellsOf(section.text, head);
  if (aligned === undefined || aligned.length !== cells.length) return undefined;
  const rows: (readonly Line[])[] = [];
  let next = at + 2;
  for (; mayBeRow(section, next); next++) {
    const line = section.lines[next];
    if (line !== undefined) rows.push(cellsOf(section.text, line));
  }
  return { block: { kind: 'table', aligned, head: cells, rows }, next };
}

export const opensTable = (section: Section, at: number): boolean =>
  mayBeRow(section, at) &&
  /^[ \t|:-]*-[ \t|:-]*$/.test(written(section, at + 1)) &&
  readTable(section, at) !== undefined;

/** Lines of a quote or a list end a table whatever they hold. */
function mayBeRow(section: Section, at: number): boolean {
  const line = written(section, at);
  return line.includes('|') && !opensFence(line) && !/^[ \t]*(?:>|[-*+][ \t]|\d{1,9}[.)][ \t])/.test(line);
}

function alignmentsOf(text: string, line: Line): readonly Alignment[] | undefined {
  const aligned: Alignment[] = [];
  for (const { start, end } of cellsOf(text, line)) {
    const column = COLUMN.exec(text.slice(start, end));
    if (column === null) return undefined;
    const [, left, right] = column;
    aligned.push(right === '' ? 'start' : left === '' ? 'end' : 'center');
  }
  return aligned;
}

/** Between bars that no backslash stands before; those at the ends of the line are frame. */
function cellsOf(text: string, line: Line): readonly Line[] {
  const row = trimmed(text, line);
  const cells: Line[] = [];
  let start = text[row.start] === '|' ? row.start + 1 : row.start;
  for (let at = start; at < row.end; at++) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '|') {
      cells.push(trimmed(text, { start, end: at }));
      start = at + 1;
    }
  }
  if (start < row.end || cells.length === 0) cells.push(trimmed(text, { start, end: row.end }));
  return cells;
}
