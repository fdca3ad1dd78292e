/**
 * What a text is made of: paragraphs, code, quotes, lists, tables. CommonMark as far as people use it in a chat; a quote or
 * an item ends where a line does not carry its mark. Each level looks at each of its lines a few times, and levels are few:
 * linear in the length of the text.
 */
import { BLOCK_DEPTH_MAX } from './ast.ts';
import { opensFence, readFence } from './fences.ts';
import { isBlank, type Line, splitLines, trimmed } from './lines.ts';
import { opensList, readList } from './lists.ts';
import { type Found, type RawBlock, type RawBlockOf, type Section, written } from './raw.ts';
import { opensTable, readTable } from './tables.ts';

const HEADING = /^ {0,3}(#{1,6})[ \t]+(?=\S)/;
const QUOTE = /^ {0,3}> ?/;

export function readBlocks(
  text: string,
  onWork: (characters: number) => void = () => {},
): readonly RawBlock[] {
  return blocksOf({ text, lines: splitLines(text), depth: 0, onWork });
}

function blocksOf(section: Section): readonly RawBlock[] {
  const blocks: RawBlock[] = [];
  for (let at = 0; at < section.lines.length; ) {
    if (isBlank(written(section, at))) {
      at += 1;
      continue;
    }
    const { block, next } = readBlock(section, at);
    blocks.push(block);
    at = next;
  }
  return blocks;
}

function readBlock(section: Section, at: number): Found {
  const line = written(section, at);
  const heading = readHeading(section, at);
  return (
    readFence(section, at) ??
    (isRule(line) ? { block: { kind: 'rule' }, next: at + 1 } : undefined) ??
    heading ??
    (mayNest(section) ? (readQuote(section, at) ?? readList(section, at, blocksOf)) : undefined) ??
    readTable(section, at) ??
    readParagraph(section, at)
  );
}

const mayNest = ({ depth }: Section): boolean => depth < BLOCK_DEPTH_MAX;

function readHeading({ text, lines }: Section, at: number): Found<RawBlockOf<'heading'>> | undefined {
  const line = lines[at];
  if (line === undefined) return undefined;
  const content = text.slice(line.start, line.end);
  const [mark, signs = ''] = HEADING.exec(content) ?? [];
  if (mark === undefined) return undefined;
  const whole = trimmed(text, { start: line.start + mark.length, end: line.end });
  return { block: { kind: 'heading', level: signs.length, line: withoutTail(text, whole) }, next: at + 1 };
}

/** `# so #` is `so`. */
function withoutTail(text: string, { start, end }: Line): Line {
  let tail = end;
  while (tail > start && text[tail - 1] === '#') tail -= 1;
  if (tail === end || tail === start || !/[ \t]/.test(text.charAt(tail - 1))) return { start, end };
  return trimmed(text, { start, end: tail });
}

function isRule(line: string): boolean {
  const marks = line.replace(/[ \t]/g, '');
  const mark = marks.charAt(0);
  return marks.length >= 3 && '-*_'.includes(mark) && marks === mark.repeat(marks.length);
}

function readQuote(section: Section, at: number): Found<RawBlockOf<'quote'>> | undefined {
  const lines: Line[] = [];
  let next = at;
  for (; next < section.lines.length; next++) {
    const mark = QUOTE.exec(written(section, next))?.[0];
    const line = section.lines[next];
    if (mark === undefined || line === undefined) break;
    lines.push({ start: line.start + mark.length, end: line.end });
  }
  if (lines.length === 0) return undefined;
  const blocks = blocksOf({ ...section, lines, depth: section.depth + 1 });
  return { block: { kind: 'quote', blocks }, next };
}

function readParagraph(section: Section, at: number): Found<RawBlockOf<'paragraph'>> {
  let next = at + 1;
  while (next < section.lines.length && !endsParagraph(section, next)) next += 1;
  const lines = section.lines.slice(at, next).map((line) => trimmed(section.text, line));
  return { block: { kind: 'paragraph', lines }, next };
}

function endsParagraph(section: Section, at: number): boolean {
  const line = written(section, at);
  if (isBlank(line) || opensFence(line) || isRule(line) || HEADING.test(line)) return true;
  if (mayNest(section) && (QUOTE.test(line) || opensList(line, true))) return true;
  return opensTable(section, at);
}
