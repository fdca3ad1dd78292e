/** A parsed text as other parsers of Markdown write it, so that the two can be compared. */
import type { Block, Cell, Span } from '../markdown/ast.ts';

export const markdownHtml = (blocks: readonly Block[]): string => blocks.map(blockHtml).join('\n');

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p>${spansHtml(block.spans)}</p>`;
    case 'heading':
      return `<h${block.level}>${spansHtml(block.spans)}</h${block.level}>`;
    case 'code': {
      const language = block.language === '' ? '' : ` class="language-${escaped(block.language)}"`;
      return `<pre><code${language}>${escaped(block.text)}\n</code></pre>`;
    }
    case 'quote':
      return `<blockquote>\n${markdownHtml(block.blocks)}\n</blockquote>`;
    case 'list': {
      const tag = block.start === undefined ? 'ul' : 'ol';
      const items = block.items.map(
        (item) => `<li>${doneHtml(item.isDone)}${markdownHtml(item.blocks)}</li>`,
      );
      return `<${tag}>\n${items.join('\n')}\n</${tag}>`;
    }
    case 'table': {
      const rowHtml = (cells: readonly Cell[]) =>
        `<tr>${cells.map((cell) => `<td>${spansHtml(cell)}</td>`).join('')}</tr>`;
      return `<table>${[block.head, ...block.rows].map(rowHtml).join('')}</table>`;
    }
    case 'rule':
      return '<hr />';
  }
}

const doneHtml = (isDone: boolean | undefined): string =>
  isDone === undefined ? '' : isDone ? '[x] ' : '[ ] ';

export const spansHtml = (spans: readonly Span[]): string => spans.map(spanHtml).join('');

const TAGS = { strong: 'strong', emphasis: 'em', strike: 'del' } as const;

function spanHtml(span: Span): string {
  switch (span.kind) {
    case 'text':
      return escaped(span.text);
    case 'strong':
    case 'emphasis':
    case 'strike':
      return `<${TAGS[span.kind]}>${spansHtml(span.spans)}</${TAGS[span.kind]}>`;
    case 'code':
      return `<code>${escaped(span.text)}</code>`;
    case 'link':
      return `<a href="${escaped(span.url)}">${spansHtml(span.spans)}</a>`;
    case 'mention':
    case 'reference':
      return escaped(span.text);
    case 'break':
      return '\n';
  }
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
