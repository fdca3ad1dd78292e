/** Part of one line of a text, from `start` to `end` in UTF-16 units: what is left behind the marks of quotes and lists. */
export interface Line {
  start: number;
  end: number;
}

const TAB_COLUMNS = 4;

export function splitLines(text: string): readonly Line[] {
  const lines: Line[] = [];
  for (let start = 0; start <= text.length; ) {
    const feed = text.indexOf('\n', start);
    const end = feed === -1 ? text.length : feed;
    lines.push({ start, end: end > start && text[end - 1] === '\r' ? end - 1 : end });
    start = end + 1;
  }
  return lines;
}

export const isBlank = (text: string): boolean => text.trim() === '';

/** Columns before the first character that is neither space nor tab. */
export function indentOf(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (character === ' ') columns += 1;
    else if (character === '\t') columns += TAB_COLUMNS - (columns % TAB_COLUMNS);
    else break;
  }
  return columns;
}

/** Without at most so many columns of space at its begin. */
export function outdented(text: string, { start, end }: Line, columns: number): Line {
  let from = start;
  for (let column = 0; column < columns && from < end; from++) {
    if (text[from] === ' ') column += 1;
    else if (text[from] === '\t') column += TAB_COLUMNS - (column % TAB_COLUMNS);
    else break;
  }
  return { start: from, end };
}

/** Without space at either end. */
export function trimmed(text: string, { start, end }: Line): Line {
  const written = text.slice(start, end);
  const from = start + written.length - written.trimStart().length;
  return { start: from, end: Math.max(from, start + written.trimEnd().length) };
}
