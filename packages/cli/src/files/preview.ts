/** What is shown of a file before it is there, beside the first lines of a text: made here, and never a reason not to send it. */
import type { FilePreview } from '@sotto/client';
import { durationMs } from './duration.ts';
import { imagePreview } from './image.ts';

export async function makePreview(file: Blob, mediaType: string): Promise<FilePreview | undefined> {
  const [kind] = mediaType.split('/', 1);
  try {
    if (kind === 'image') return await imagePreview(file);
    if (kind !== 'audio' && kind !== 'video') return undefined;
    const duration = await durationMs(file);
    return duration === undefined ? undefined : { durationMs: duration };
  } catch {
    return undefined;
  }
}
