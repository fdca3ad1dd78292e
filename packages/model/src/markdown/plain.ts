import type { Block, Span } from './ast.ts';

/** What a text says without its marks: one line for each that is shown. For previews and notifications. */
export const plainText = (blocks: readonly Block[]): string => linesOf(blocks).join('\n');

const linesOf = (blocks: readonly Block[]): readonly string[] => blocks.flatMap(blockLines);

function blockLines(block: Block): readonly string[] {
  switch (block.kind) {
    case 'paragraph':
    case 'heading':
      return [plainSpans(block.spans)];
    case 'code':
      return [block.text];
    case 'quote':
      return linesOf(block.blocks);
    case 'list':
      return block.items.flatMap(({ blocks }) => linesOf(blocks));
    case 'table':
      return [block.head, ...block.rows].map((cells) => cells.map(plainSpans).join(' '));
    case 'rule':
      return [];
  }
}

const plainSpans = (spans: readonly Span[]): string => spans.map(plainSpan).join('');

function plainSpan(span: Span): string {
  switch (span.kind) {
    case 'text':
    case 'code':
    case 'mention':
    case 'reference':
      return span.text;
    case 'strong':
    case 'emphasis':
    case 'strike':
    case 'link':
      return plainSpans(span.spans);
    case 'break':
      return '\n';
  }
}
