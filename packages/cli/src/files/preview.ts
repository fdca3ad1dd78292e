/** What is shown of a file before it is there: made from its bytes, and never a reason not to send it. */
import type { FilePreview } from '@sotto/client';
import { PREVIEW_TEXT_MAX_BYTES } from '@sotto/model';
import { durationMs } from './duration.ts';
import { imagePreview } from './image.ts';

export async function makePreview(file: Blob, mediaType: string): Promise<FilePreview | undefined> {
  try {
    const [kind] = mediaType.split('/', 1);
    if (kind === 'image') return await imagePreview(file);
    if (kind === 'audio' || kind === 'video') return await playedPreview(file);
    return await textPreview(file);
  } catch {
    return undefined;
  }
}

async function playedPreview(file: Blob): Promise<FilePreview | undefined> {
  const duration = await durationMs(file);
  return duration === undefined ? undefined : { durationMs: duration };
}

/** Also where a line ends in the middle: so much is shown of it. */
const LINES_MAX = 12;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what no text has
const NO_TEXT = /[\u0000-\u0008\u000b\u000e-\u001f\u007f]/;

async function textPreview(file: Blob): Promise<FilePreview | undefined> {
  const text = decoded(await file.slice(0, PREVIEW_TEXT_MAX_BYTES).bytes());
  if (text === undefined || NO_TEXT.test(text)) return undefined;
  const lines = text.split('\n').slice(0, LINES_MAX).join('\n').trimEnd();
  return lines === '' ? undefined : { text: lines };
}

/** Without a character that is cut at the end; undefined for what is no UTF-8. */
function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
}
