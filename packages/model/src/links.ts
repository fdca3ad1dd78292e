/** Links in the text of messages: http, https and mailto, and nothing that runs when it is opened [TEXT-2]. */
import { LinkifyIt, type Match } from 'linkify-it';
import { MESSAGE_MAX_BYTES } from './limits.ts';

export interface Link {
  /** Offsets in UTF-16 units: `text.slice(start, end)`. */
  start: number;
  end: number;
  /** With its scheme, where the text has none: https, or mailto. */
  url: string;
}

export const LINKS_MAX = 100;
/** Where a scheme is missing, only these are taken for names of hosts: most others also end names of files, or are words. */
const KNOWN_TLDS = [
  ...['com', 'net', 'org', 'edu', 'gov', 'int', 'info', 'museum', 'io', 'dev', 'app', 'eu'],
  ...['de', 'uk', 'fr', 'ch', 'nl', 'se', 'fi', 'dk', 'jp', 'kr', 'cn', 'br', 'au', 'ca'],
];
const LINK_MAX_UNITS = 2048;
/** Could show another address than the one it leads to. */
const DECEPTIVE = /[\p{C}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/u;
/** Most messages need no closer look. */
const MAY_HOLD_LINK = /[.:]/;
const SCHEMES = /^(?:https?:\/\/|mailto:)/i;

const finder = new LinkifyIt({ fuzzyLink: true, fuzzyEmail: true, maxLength: LINK_MAX_UNITS })
  .tlds(KNOWN_TLDS)
  .add('ftp:', null)
  .add('//', null);

/** In the order of the text, at most LINKS_MAX. Text beyond what a message may hold is not looked at. */
export function linksIn(text: string): readonly Link[] {
  if (!MAY_HOLD_LINK.test(text)) return [];
  const found = finder.match(text.slice(0, MESSAGE_MAX_BYTES)) ?? [];
  return found.flatMap(toLink).slice(0, LINKS_MAX);
}

export const hasLink = (text: string): boolean => linksIn(text).length > 0;

function toLink({ index, lastIndex, raw, schema, url }: Match): Link[] {
  if (DECEPTIVE.test(raw)) return [];
  const full = schema === '' ? url.replace(/^http:/, 'https:') : url;
  return SCHEMES.test(full) ? [{ start: index, end: lastIndex, url: full }] : [];
}
