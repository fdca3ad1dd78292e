/** Where a message is code, in which nothing is a mention: fenced blocks and code spans as CommonMark has them. */

const FENCE = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/;

/** The text with every character of code replaced by a space, so that offsets stay what they were. Linear in its length. */
export function blankCode(text: string): string {
  let fence: string | undefined;
  let paragraph: string[] = [];
  const blanked: string[] = [];
  const endParagraph = (): void => {
    if (paragraph.length > 0) blanked.push(blankSpans(paragraph.join('\n')));
    paragraph = [];
  };
  for (const line of text.split('\n')) {
    if (fence !== undefined) {
      if (closes(line, fence)) fence = undefined;
      blanked.push(blank(line));
      continue;
    }
    fence = FENCE.exec(line)?.[1];
    if (fence === undefined && line.trim() !== '') {
      paragraph.push(line);
      continue;
    }
    endParagraph();
    blanked.push(blank(line));
  }
  endParagraph();
  return blanked.join('\n');
}

const blank = (text: string): string => ' '.repeat(text.length);

function closes(line: string, fence: string): boolean {
  const mark = line.trim();
  return mark.length >= fence.length && mark === fence.charAt(0).repeat(mark.length);
}

/** A run of backticks opens a span where a later run of the same length closes it; otherwise it is itself. */
function blankSpans(paragraph: string): string {
  const runs = [...paragraph.matchAll(/`+/g)].map(({ 0: { length }, index }) => ({ length, index }));
  const nextAlike = new Map<number, number>();
  const closers = runs.map(() => -1);
  for (const [at, run] of [...runs.entries()].toReversed()) {
    closers[at] = nextAlike.get(run.length) ?? -1;
    nextAlike.set(run.length, at);
  }
  let blanked = '';
  let from = 0;
  for (let at = 0; at < runs.length; at++) {
    const open = runs[at];
    const closer = closers[at] ?? -1;
    const close = runs[closer];
    if (open === undefined || close === undefined) continue;
    const end = close.index + close.length;
    blanked += paragraph.slice(from, open.index) + blank(paragraph.slice(open.index, end));
    from = end;
    at = closer;
  }
  return blanked + paragraph.slice(from);
}
