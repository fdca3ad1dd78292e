/** A file of this machine, to be sent, on Bun and Node.js [SAVE-6]. */
import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { FilePreview } from '../types.ts';
import { explained, LocalFileError } from './errors.ts';
import { mediaTypeOf } from './media-types.ts';
import { textPreview } from './text-preview.ts';

export interface LocalFile {
  /** Read as it is sent, not before. */
  blob: Blob;
  name: string;
  mediaType: string;
  preview?: FilePreview;
}

/** `const { blob, ...details } = await fileSource(path)`, then `sendFile(room, blob, details)`. Rejects with LocalFileError. */
export function fileSource(path: string): Promise<LocalFile> {
  return explained(path, async () => {
    // A pipe or a device may never end.
    if (!(await stat(path)).isFile()) throw new LocalFileError('notAFile', path);
    const mediaType = mediaTypeOf(extname(path));
    const blob = await openAsBlob(path, { type: mediaType });
    const preview = await textPreview(blob, mediaType);
    return { blob, name: basename(path), mediaType, ...(preview === undefined ? {} : { preview }) };
  });
}
