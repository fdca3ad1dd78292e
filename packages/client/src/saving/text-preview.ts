/** The first lines of a text, for whoever it is offered to. */
import { PREVIEW_TEXT_MAX_BYTES } from '@sotto/model';
import type { FilePreview } from '../types.ts';

const LINES_MAX = 12;
/** Of types that are text without being called so. */
const TEXTS: ReadonlySet<string> = new Set([
  'application/json',
  'application/xml',
  'application/toml',
  'application/yaml',
]);
/** But for tabs and ends of lines. */
const CONTROLS = /[^\P{Cc}\t\r\n]/u;

/** undefined where it is no text in UTF-8. */
export async function textPreview(blob: Blob, mediaType: string): Promise<FilePreview | undefined> {
  if (!mediaType.startsWith('text/') && !TEXTS.has(mediaType)) return undefined;
  const beginning = await blob.slice(0, PREVIEW_TEXT_MAX_BYTES).arrayBuffer();
  try {
    // As a stream, so that a character that is cut off is left out.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(beginning, { stream: true });
    if (CONTROLS.test(text)) return undefined;
    const lines = text.split(/\r?\n/).slice(0, LINES_MAX).join('\n').trimEnd();
    return lines === '' ? undefined : { text: lines };
  } catch {
    return undefined;
  }
}
