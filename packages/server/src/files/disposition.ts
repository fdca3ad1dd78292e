/** How a file is offered to a browser: to be saved, and never shown as a page [LINK-4]. */
import { safeFileName } from '@sotto/model';

/** What a browser may know about it without ever running it. */
const SAFE_TYPES: ReadonlySet<string> = new Set([
  'application/pdf',
  'application/zip',
  'audio/mpeg',
  'audio/ogg',
  'image/gif',
  'image/jpeg',
  'image/png',
  'image/webp',
  'text/plain',
  'video/mp4',
  'video/webm',
]);
const NAMELESS = 'file';

export const mediaTypeFor = (claimed: string): string =>
  SAFE_TYPES.has(claimed) ? claimed : 'application/octet-stream';

/** RFC 6266: for old programs a name in ASCII, for all others the name as it is (RFC 8187). */
export function contentDisposition(claimed: string): string {
  const name = safeFileName(claimed === '' ? NAMELESS : claimed);
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  return `attachment; filename="${ascii}"; filename*=UTF-8''${extendedValue(name)}`;
}

/** Percent-encodes all but the attr-char of RFC 8187. */
const extendedValue = (text: string): string =>
  encodeURIComponent(text).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
