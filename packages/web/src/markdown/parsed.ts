import { type Block, parseMarkdown } from '@sotto/model';

/** As many as a few screens show. */
const KEPT_MAX = 300;
const kept = new Map<string, readonly Block[]>();

/** The same tree for the same text, as long as it is kept. What is still being written is not. */
export function parsed(text: string, isPartial: boolean): readonly Block[] {
  if (isPartial) return parseMarkdown(text);
  const known = kept.get(text);
  const blocks = known ?? parseMarkdown(text);
  kept.delete(text);
  kept.set(text, blocks);
  const oldest = kept.keys().next().value;
  if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest);
  return blocks;
}
