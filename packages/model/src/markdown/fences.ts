import { outdented } from './lines.ts';
import { type Found, type RawBlockOf, type Section, written } from './raw.ts';

const FENCE = /^( {0,3})(`{3,}(?=[^`]*$)|~{3,})(.*)$/;

export const opensFence = (line: string): boolean => FENCE.test(line);

/** Where nothing closes it, it goes to the end of what it is in. */
export function readFence(section: Section, at: number): Found<RawBlockOf<'code'>> | undefined {
  const [, indent = '', fence = '', info = ''] = FENCE.exec(written(section, at)) ?? [];
  const opener = section.lines[at];
  if (fence === '' || opener === undefined) return undefined;
  let end = at + 1;
  while (end < section.lines.length && !closes(written(section, end), fence)) end += 1;
  const inside = section.lines.slice(at + 1, end);
  const last = section.lines[end] ?? inside.at(-1) ?? opener;
  const block = {
    kind: 'code',
    info: info.trim(),
    lines: inside.map((line) => outdented(section.text, line, indent.length)),
    whole: { start: opener.start, end: last.end },
  } as const;
  return { block, next: Math.min(end + 1, section.lines.length) };
}

function closes(line: string, fence: string): boolean {
  const mark = line.trim();
  return mark.length >= fence.length && mark === fence.charAt(0).repeat(mark.length);
}
