import type { Block, Cell, Span } from './ast.ts';
import { readBlocks } from './blocks.ts';
import type { Line } from './lines.ts';
import { placesIn } from './places.ts';
import type { RawBlock } from './raw.ts';
import { scan } from './scan.ts';
import type { Source } from './source.ts';
import { treeOf } from './tree.ts';

/** What a message shows. Total, and linear in the length of the text [TEXT-8]. */
export function parseMarkdown(text: string, onWork: (steps: number) => void = () => {}): readonly Block[] {
  const blocks = readBlocks(text, onWork);
  const places = placesIn(text, blocks);
  const links = new Map(places.flatMap((place) => (place.kind === 'link' ? [[place.start, place]] : [])));
  return blocksOf({ text, places, links, onWork }, blocks);
}

const blocksOf = (source: Source, blocks: readonly RawBlock[]): readonly Block[] =>
  blocks.map((block) => blockOf(source, block));

const spansOf = (source: Source, lines: readonly Line[]): readonly Span[] =>
  treeOf(scan(source, lines, false));

function blockOf(source: Source, block: RawBlock): Block {
  switch (block.kind) {
    case 'paragraph':
      return { kind: 'paragraph', spans: spansOf(source, block.lines) };
    case 'heading':
      return { kind: 'heading', level: block.level, spans: spansOf(source, [block.line]) };
    case 'code': {
      const { kind, info, lines } = block;
      const language = (/^\S+/.exec(info)?.[0] ?? '').toLowerCase();
      const text = lines.map(({ start, end }) => source.text.slice(start, end)).join('\n');
      return { kind, language, info, text };
    }
    case 'quote':
      return { kind: 'quote', blocks: blocksOf(source, block.blocks) };
    case 'list': {
      const items = block.items.map(({ isDone, blocks }) => ({ isDone, blocks: blocksOf(source, blocks) }));
      return { kind: 'list', start: block.start, items };
    }
    case 'table': {
      const cellsOf = (cells: readonly Line[]): readonly Cell[] =>
        cells.map((cell) => treeOf(scan(source, [cell], true)));
      const { kind, aligned, head, rows } = block;
      return { kind, aligned, head: cellsOf(head), rows: rows.map(cellsOf) };
    }
    case 'rule':
      return block;
  }
}
