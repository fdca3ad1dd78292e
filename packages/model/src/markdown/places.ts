/** What a text holds beside its marks: links, mentions and references, where the model's own rules find them. */
import { linksIn } from '../links.ts';
import { mentionSpans } from '../mentions.ts';
import { referencesIn } from '../references.ts';
import type { WrittenName } from '../written-names.ts';
import type { Span } from './ast.ts';
import type { RawBlock } from './raw.ts';

export type Place =
  | { kind: 'link'; start: number; end: number; url: string }
  | { kind: 'name'; start: number; end: number; toSpan: (text: string) => Span };

/** Of what may end a name and be a mark of Markdown as well. */
const MARK = /[*_~`[\]<>\\|]/;
const PLAIN = /^[\p{L}\p{N}\p{M}._'-]+/u;
const LAST_SIGNS = /[._'-]+$/;

/** In order. A name ends where a link begins; within links there may be names. */
export function placesIn(text: string, blocks: readonly RawBlock[]): readonly Place[] {
  const links = linksIn(text).map((link): Place => ({ kind: 'link', ...link }));
  const mentions = mentionSpans(text, blocks).map(({ start, names }): Place => {
    const end = nameEnd(text, start, names);
    return { kind: 'name', start, end, toSpan: toSpan({ kind: 'mention', names }, start) };
  });
  const references = referencesIn(text, blocks).map(({ start, end, names, to, sequence }): Place => {
    const last = sequence === undefined ? nameEnd(text, start, names) : end;
    const span = { kind: 'reference', to, names, sequence } as const;
    return { kind: 'name', start, end: last, toSpan: toSpan(span, start) };
  });
  return clipped([...links, ...mentions, ...references].sort((a, b) => a.start - b.start));
}

type NameSpan =
  | { kind: 'mention'; names: readonly WrittenName[] }
  | {
      kind: 'reference';
      to: 'room' | 'person';
      names: readonly WrittenName[];
      sequence: number | undefined;
    };

const toSpan =
  (span: NameSpan, start: number) =>
  (text: string): Span => ({
    ...span,
    text,
    names: span.names.map(({ key, end }) => ({ key, length: Math.min(end - start, text.length) })),
  });

/** The longest reading, unless only marks make it longer: `**@alice**` shows her in bold, and "alice**" counts as well. */
function nameEnd(text: string, start: number, names: readonly WrittenName[]): number {
  const longest = names[0]?.end ?? start + 1;
  const plain = (PLAIN.exec(text.slice(start + 1, longest))?.[0] ?? '').replace(LAST_SIGNS, '');
  const single = plain === '' ? longest : start + 1 + plain.length;
  const least = names.length > 1 ? (names.at(-1)?.end ?? longest) : single;
  return MARK.test(text.slice(least, longest)) ? least : longest;
}

function clipped(places: readonly Place[]): readonly Place[] {
  return places.map((place, index) => {
    const next = places[index + 1];
    const isCut = place.kind === 'name' && next !== undefined && next.start < place.end;
    return isCut ? { ...place, end: next.start } : place;
  });
}
