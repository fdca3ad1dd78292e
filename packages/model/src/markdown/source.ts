import { visibleText } from '../visible.ts';
import type { Place } from './places.ts';

/** The text that is parsed, and what is known of all of it. */
export interface Source {
  text: string;
  places: readonly Place[];
  /** By where they start. */
  links: ReadonlyMap<number, Extract<Place, { kind: 'link' }>>;
  onWork: (steps: number) => void;
}

export interface Target {
  url: string;
  /** Behind its bracket. */
  end: number;
}

/** Of a link whose label ends at the bracket at `at`: what the model counts as a link, all of what is in the parentheses. */
export function targetAt({ text, links }: Source, at: number, end: number): Target | undefined {
  if (text[at + 1] !== '(') return undefined;
  const isAngled = text[at + 2] === '<';
  const link = links.get(at + (isAngled ? 3 : 2));
  // With its scheme: nobody is mentioned in such an address, so nothing that counts is hidden with it.
  if (link === undefined || !text.startsWith(link.url, link.start)) return undefined;
  const close = isAngled ? '>)' : ')';
  const last = link.end + close.length;
  return last <= end && text.startsWith(close, link.end) ? { url: link.url, end: last } : undefined;
}

/** A label that nobody sees would hide where it leads. */
export const isSeen = (label: string): boolean => visibleText(label).trim() !== '';

/** The first place at `from` or behind it. */
export function firstPlaceFrom(places: readonly Place[], from: number): number {
  let least = 0;
  let most = places.length;
  while (least < most) {
    const middle = (least + most) >> 1;
    if ((places[middle]?.start ?? 0) < from) least = middle + 1;
    else most = middle;
  }
  return least;
}
