import type { Span } from './ast.ts';
import type { Emphasis, Token } from './tokens.ts';

interface Frame {
  kind: Emphasis | 'link' | 'all';
  url: string;
  spans: Span[];
}

/** Tokens whose marks are paired, as what they are within each other. */
export function treeOf(tokens: readonly Token[]): readonly Span[] {
  const all: Frame = { kind: 'all', url: '', spans: [] };
  const frames: Frame[] = [all];
  const top = (): Frame => frames.at(-1) ?? all;
  const begin = (kind: Frame['kind'], url = '') => frames.push({ kind, url, spans: [] });
  const end = () => {
    const frame = frames.length > 1 ? frames.pop() : undefined;
    if (frame !== undefined) top().spans.push(spanOf(frame));
  };
  for (const token of tokens) {
    switch (token.kind) {
      case 'text':
        addText(top().spans, token.text);
        break;
      case 'span':
        top().spans.push(token.span);
        break;
      case 'marks':
        for (const _ of token.ends) end();
        addText(top().spans, token.sign.repeat(token.left));
        for (const kind of token.begins.toReversed()) begin(kind);
        break;
      case 'linkBegin':
        begin('link', token.url);
        break;
      case 'linkEnd':
        end();
    }
  }
  return all.spans;
}

function spanOf({ kind, url, spans }: Frame): Span {
  if (kind === 'link') return { kind, url, spans };
  return kind === 'all' ? { kind: 'emphasis', spans } : { kind, spans };
}

function addText(spans: Span[], text: string): void {
  const last = spans.at(-1);
  if (text === '') return;
  if (last?.kind === 'text') last.text += text;
  else spans.push({ kind: 'text', text });
}
