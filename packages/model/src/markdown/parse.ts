import type { Block } from './ast.ts';

/** Total and linear in the length of the text [TEXT-8]. */
export function parseMarkdown(text: string): readonly Block[] {
  return [{ kind: 'paragraph', spans: [{ kind: 'text', text }] }];
}
