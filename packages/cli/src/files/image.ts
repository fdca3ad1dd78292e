/** Small pictures of images, made here: whoever reads the message decodes nothing but a few KiB. */
import type { FilePreview } from '@sotto/client';
import { THUMBNAIL_MAX_PIXELS } from '@sotto/model';
import { withoutMetadata } from './webp.ts';

/** Decoded this takes 160 MB for a moment; what says that it is larger is not decoded, however small it is as a file. */
const PIXELS_MAX = 40_000_000;
/** Of the file: more is not read for a picture of it. */
const IMAGE_MAX_BYTES = 64 * 1024 * 1024;
/** What takes longer goes without. */
const DECODING_MAX_MS = 5_000;
/** Beside it, a preview has room for sizes alone. */
const THUMBNAIL_MAX_BYTES = 11 * 1024;
/** The first that fits. */
const QUALITIES = [75, 50, 25, 5] as const;

/**
 * Width, height and thumbnail; as much of it as can be had. The thumbnail is drawn anew from the pixels, and so has nothing of
 * what else the file says: where it was taken, by whom, with what.
 */
export async function imagePreview(file: Blob): Promise<FilePreview | undefined> {
  if (file.size > IMAGE_MAX_BYTES) return undefined;
  const late = AbortSignal.timeout(DECODING_MAX_MS);
  // The head alone: no pixel is decoded.
  const size = await orUndefined(new Bun.Image(file).metadata(), late);
  if (size === undefined) return undefined;
  const { width, height } = size;
  const small = width * height > PIXELS_MAX ? undefined : await orUndefined(thumbnail(file, late), late);
  return { width, height, ...(small !== undefined && { thumbnail: small }) };
}

async function thumbnail(file: Blob, late: AbortSignal): Promise<Uint8Array | undefined> {
  const bytes = await file.bytes();
  for (const quality of QUALITIES) {
    if (late.aborted) return undefined;
    const encoded = await new Bun.Image(bytes, { maxPixels: PIXELS_MAX })
      .resize(THUMBNAIL_MAX_PIXELS, THUMBNAIL_MAX_PIXELS, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality })
      .bytes();
    const bare = withoutMetadata(encoded);
    if (bare !== undefined && bare.byteLength <= THUMBNAIL_MAX_BYTES) return bare;
  }
  return undefined;
}

/** The pipeline runs on a thread of its own; nobody waits for it longer than this. */
function orUndefined<T>(work: Promise<T>, late: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve) => {
    late.addEventListener('abort', () => resolve(undefined), { once: true });
    work.then(resolve, () => resolve(undefined));
  });
}
