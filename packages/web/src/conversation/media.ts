/** What of a file can be shown in place. */
import type { FileInfo } from '@sotto/client';

export interface Media {
  element: 'img' | 'audio' | 'video';
  /** One of ours, never what a sender wrote: it decides what the browser does with the bytes. */
  type: string;
}

/** What the sender says it is, to what it is shown as. No SVG: it is a document. */
const TYPES: Readonly<Record<string, Media>> = {
  'image/png': { element: 'img', type: 'image/png' },
  'image/jpeg': { element: 'img', type: 'image/jpeg' },
  'image/gif': { element: 'img', type: 'image/gif' },
  'image/webp': { element: 'img', type: 'image/webp' },
  'image/avif': { element: 'img', type: 'image/avif' },
  'audio/mpeg': { element: 'audio', type: 'audio/mpeg' },
  'audio/ogg': { element: 'audio', type: 'audio/ogg' },
  'audio/wav': { element: 'audio', type: 'audio/wav' },
  'audio/mp4': { element: 'audio', type: 'audio/mp4' },
  'audio/webm': { element: 'audio', type: 'audio/webm' },
  'video/mp4': { element: 'video', type: 'video/mp4' },
  'video/webm': { element: 'video', type: 'video/webm' },
  'video/ogg': { element: 'video', type: 'video/ogg' },
};

/** It is held in memory while it is shown. */
const SHOWN_MAX_BYTES = 64 * 1024 * 1024;
/** Pictures up to this are shown without being asked for. */
const AT_ONCE_MAX_BYTES = 512 * 1024;

export function mediaOf({ mediaType, sizeBytes }: FileInfo): Media | undefined {
  const name = mediaType.toLowerCase().split(';', 1)[0]?.trim() ?? '';
  return sizeBytes <= SHOWN_MAX_BYTES && Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
}

export const isShownAtOnce = (media: Media, { sizeBytes }: FileInfo): boolean =>
  media.element === 'img' && sizeBytes <= AT_ONCE_MAX_BYTES;
