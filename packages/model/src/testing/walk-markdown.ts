/** What is in a parsed text, whatever it is within. */
import type { Block, Span } from '../markdown/ast.ts';

export function spansIn(blocks: readonly Block[]): readonly Span[] {
  return blocks.flatMap((block) => contents(block).flatMap(withInner));
}

/** How deep blocks and spans are within each other. */
export function depthsOf(blocks: readonly Block[]): { blocks: number; spans: number } {
  const inner = blocks.map(innerBlocks).filter(({ length }) => length > 0);
  return {
    blocks: most(inner.map((each) => 1 + depthsOf(each).blocks)),
    spans: most(blocks.flatMap((block) => [...contents(block).map(spanDepth)])),
  };
}

function innerBlocks(block: Block): readonly Block[] {
  if (block.kind === 'quote') return block.blocks;
  return block.kind === 'list' ? block.items.flatMap(({ blocks }) => blocks) : [];
}

function contents(block: Block): readonly Span[] {
  switch (block.kind) {
    case 'paragraph':
    case 'heading':
      return block.spans;
    case 'table':
      return [block.head, ...block.rows].flat(2);
    case 'quote':
    case 'list':
      return innerBlocks(block).flatMap(contents);
    case 'code':
    case 'rule':
      return [];
  }
}

const withInner = (span: Span): readonly Span[] =>
  'spans' in span ? [span, ...span.spans.flatMap(withInner)] : [span];

/** Links are no depth: there is none in another. */
function spanDepth(span: Span): number {
  if (!('spans' in span)) return 0;
  return (span.kind === 'link' ? 0 : 1) + most(span.spans.map(spanDepth));
}

const most = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.max(a, b), 0);
