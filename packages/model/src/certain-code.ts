/**
 * Code in Markdown that every reader of Markdown takes for code. Where readers see it differently (fences within lists and
 * quotations, spans over several lines or cells of a table) it counts as prose: what is done to prose for safety is then
 * done to it as well, and what is said to be code is never anything else.
 */

/** Part of a text. */
export interface Piece {
  text: string;
  isCode: boolean;
}

/** A fence that begins its line is one for every reader. */
const FENCE = /^(?:`{3,}(?=[^`]*$)|~{3,})/;
/** Another may be one, and where it ends depends on what it is in. */
const FENCE_WITHIN =
  /^(?:[ \t>:]|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t])|!*\[\^[^\]\n]*\]:)+(?<fence>`{3,}(?=[^`]*$)|~{3,})/;
/** Not so what holds a space of another kind. */
const BLANK = /^[ \t]*\n?$/;
const FENCE_END = /^[`~]+[ \t]*\n?$/;
const ONLY_SPACES = /^ +(?=[`~])/;

/** All of the text, in its order. */
export function piecesOf(text: string): readonly Piece[] {
  const lines = text.split(/(?<=\n)/);
  const pieces: Piece[] = [];
  let prose: string[] = [];
  let isCertain = true;
  const endProse = () => {
    for (const block of blocksOf(prose)) pieces.push(...(isCertain ? spansOf(block) : [asProse(block)]));
    prose = [];
  };
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    const found: Fenced | undefined = isCertain ? fenceAt(lines, at) : undefined;
    if (found === undefined) {
      prose.push(line);
      at += 1;
      continue;
    }
    endProse();
    pieces.push(...found.pieces);
    isCertain = found.isCertain;
    at = found.end;
  }
  endProse();
  return pieces;
}

interface Fenced {
  pieces: readonly Piece[];
  /** The line after it. */
  end: number;
  /** False: readers may differ in where it ends, so from there on nobody knows what is code. */
  isCertain: boolean;
}

/** Undefined where no reader sees a fence begin. */
function fenceAt(lines: readonly string[], at: number): Fenced | undefined {
  const line = lines[at] ?? '';
  const fence = FENCE.exec(bare(line))?.[0];
  if (fence !== undefined) return outerFence(lines, at, fence);
  if (!FENCE_WITHIN.test(line)) return undefined;
  const end = endWithin(lines, at);
  const pieces = [asProse(lines.slice(at, end).join(''))];
  return { pieces, end: end ?? lines.length, isCertain: end !== undefined };
}

function outerFence(lines: readonly string[], at: number, fence: string): Fenced {
  const length = lines.slice(at + 1).findIndex((line) => mayClose(line, fence));
  const last = length === -1 ? lines.length : at + 1 + length;
  const end = Math.min(lines.length, last + 1);
  const isCertain = closes(lines[last] ?? fence, fence);
  const code = lines.slice(at + 1, end).join('');
  // What stands behind the fence is shown by some.
  const head = [{ text: fence, isCode: true }, asProse((lines[at] ?? '').slice(fence.length))];
  return { pieces: [...head, { text: code, isCode: isCertain }], end, isCertain };
}

const asProse = (text: string): Piece => ({ text, isCode: false });
const bare = (line: string): string => line.replace(/\n$/, '');

/** For everybody. */
function closes(line: string, fence: string): boolean {
  return mayClose(line, fence) && /^ {0,3}[`~]+[ \t]*$/.test(bare(line));
}

/** For those who do not mind how far it is indented. */
function mayClose(line: string, fence: string): boolean {
  const run = line.trim();
  return run.length >= fence.length && run === fence.charAt(0).repeat(run.length);
}

/**
 * The line after the one that ends it for those who see a fence here; for all others it was none, and there is none
 * between. Undefined where readers may differ.
 */
function endWithin(lines: readonly string[], at: number): number | undefined {
  const opener = lines[at] ?? '';
  const indent = ONLY_SPACES.exec(opener)?.[0];
  const fence = FENCE_WITHIN.exec(opener)?.groups?.fence;
  if (indent === undefined || fence === undefined) return undefined;
  for (let next = at + 1; next < lines.length; next++) {
    const line = lines[next] ?? '';
    const isWithin = line.startsWith(indent);
    if (mayClose(line, fence))
      return isWithin && FENCE_END.test(line.slice(indent.length)) ? next + 1 : undefined;
    if (!isWithin && !BLANK.test(line)) return undefined;
  }
  return undefined;
}

/** Between blank lines: no span goes over those. */
function blocksOf(lines: readonly string[]): string[] {
  const blocks: string[] = [];
  let block = '';
  for (const line of lines) {
    block += line;
    if (!BLANK.test(line)) continue;
    blocks.push(block);
    block = '';
  }
  return block === '' ? blocks : [...blocks, block];
}

/** One line that is in doubt puts its neighbours in doubt. */
function spansOf(block: string): readonly Piece[] {
  if (!block.includes('`')) return [asProse(block)];
  const lines = block.split(/(?<=\n)/).map(spansOfLine);
  const isCertain = !block.includes('|') && lines.every((line) => line !== undefined);
  return isCertain ? lines.flatMap((line) => line ?? []) : [asProse(block)];
}

/** Of a line in which each run of backticks has its counterpart; undefined where that is not so. */
function spansOfLine(line: string): readonly Piece[] | undefined {
  const runs = [...line.matchAll(/`+/g)];
  const marks = runs.map(([mark]) => mark);
  const pieces: Piece[] = [];
  let from = 0;
  for (let at = 0; at < runs.length; at++) {
    const open = runs[at];
    const closer = marks.indexOf(open?.[0] ?? '', at + 1);
    const close = runs[closer];
    if (open === undefined || close === undefined || !opens(line.slice(from, open.index))) return undefined;
    const end = close.index + close[0].length;
    pieces.push(asProse(line.slice(from, open.index)), { text: line.slice(open.index, end), isCode: true });
    from = end;
    at = closer;
  }
  return [...pieces, asProse(line.slice(from))];
}

/** Whether a span may begin behind this: it is neither escaped nor part of an address. */
const opens = (before: string): boolean => /(?:^|\s)[^\s\p{L}\p{N}\\]*$/u.test(before);
